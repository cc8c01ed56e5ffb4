import { describe, expect, it } from 'vitest'
import { severityOfWord } from '#src/intake/priority.ts'

describe('src/intake/priority', () => {
  it.each([
    ['Critical', 'critical'],
    ['SEV-2', 'high'],
    ['warning', 'medium'],
    ['P4', 'low'],
    ['none', 'info'],
    ['purple', undefined],
    [undefined, undefined],
  ])('reads %s as %s', (word, expected) => {
    expect(severityOfWord(word)).toBe(expected)
  })
})
