import { describe, expect, it } from 'vitest'
import { findValues } from '#src/logs/mining/template-miner.ts'
import { createKeyer, toPattern, wordingOf } from '#src/logs/mining/pattern.ts'
import { createLineScanner } from '#src/logs/mining/scan-line.ts'

const [scanner, keyer] = [createLineScanner(), createKeyer()]

function patternsOf(lines: readonly string[]) {
  return lines.map((text, index) => {
    const line = scanner.scan(text)
    keyer.load(line.hashes, line.size)
    const pattern = toPattern(line, keyer.key(), index)
    pattern.group.count = 1
    return pattern
  })
}

const towns = 'Bern Rome Oslo Riga Prague Vienna Lisbon Dublin Athens Sofia Minsk Lima'.split(' ')
const lines = towns.map((town) => `the route through ${town} was closed again`)

describe('src/logs/mining/template-miner/find-values', () => {
  it('makes one wording of those that differ where a place varies, with all of their lines', () => {
    const found = findValues(patternsOf(lines))
    expect(found.map((pattern) => wordingOf(pattern).words.join(' '))).toEqual([
      'the route through <*> was closed again',
    ])
    expect(found[0]?.group.count).toBe(lines.length)
  })

  it('takes no more steps than it may, and loses no line for it', () => {
    for (const steps of [0, 50, 100]) {
      const found = findValues(patternsOf(lines), steps)
      expect(new Set(found.map((pattern) => pattern.group)).size).toBeGreaterThan(0)
      expect(found.reduce((sum, pattern) => sum + pattern.group.count, 0)).toBe(lines.length)
    }
  })
})
