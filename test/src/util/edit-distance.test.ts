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

  it('does not measure what is longer than any name', () => {
    expect(editDistance(`${'a'.repeat(252)}b`, 'a'.repeat(253))).toBe(1)
    expect(editDistance('a'.repeat(254), 'a'.repeat(254))).toBe(253)
  })
})
