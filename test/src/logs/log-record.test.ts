import { describe, expect, it } from 'vitest'
import { lineHash, toLevel } from '#src/logs/log-record.ts'

describe('src/logs/log-record', () => {
  it.each([
    ['INFO', 'info'],
    ['Warning', 'warn'],
    ['E', 'error'],
    ['"error"', 'error'],
    ['SEVERE', 'error'],
    ['CRIT', 'fatal'],
    ['panic', 'fatal'],
    ['DEBUG2', 'debug'],
    ['trace', 'trace'],
    [30, 'info'],
    ['50', 'error'],
    [60, 'fatal'],
  ])('reads the level %j as %s', (word, level) => {
    expect(toLevel(word)).toBe(level)
  })

  it.each(['', 'hello', 'errors', 7])('finds no level in %j', (word) => {
    expect(toLevel(word)).toBeUndefined()
  })

  it('identifies a record by its text', () => {
    expect(lineHash({ text: 'a' })).toMatch(/^[0-9a-f]{12}$/)
    expect(lineHash({ text: 'a' })).toBe(lineHash({ text: 'a' }))
    expect(lineHash({ text: 'a' })).not.toBe(lineHash({ text: 'b' }))
  })
})
