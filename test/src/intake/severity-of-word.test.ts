import { describe, expect, it } from 'vitest'
import { severityOfWord } from '#src/intake/severity-of-word.ts'

describe('src/intake/severity-of-word', () => {
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
