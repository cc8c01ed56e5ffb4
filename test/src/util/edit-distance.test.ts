import { describe, expect, it } from 'vitest'
import { editDistance } from '#src/util/edit-distance.ts'

describe('src/util/edit-distance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['redis', 'redis', 0],
    ['redis', 'reds', 1],
    ['redis', 'radis', 1],
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
  ])('counts the single-character edits between %j and %j', (left, right, edits) => {
    expect(editDistance(left, right)).toBe(edits)
    expect(editDistance(right, left)).toBe(edits)
  })

  it('takes a word of more than 80 characters for different from all others', () => {
    const long = 'a'.repeat(81)
    expect(editDistance(long, long)).toBe(80)
    expect(editDistance('a'.repeat(80), 'a'.repeat(80))).toBe(0)
  })
})
