import { describe, expect, it } from 'vitest'
import { editDistance } from '#src/util/edit-distance.ts'

describe('src/util/edit-distance', () => {
  it('counts edits', () => {
    expect(editDistance('orders', 'order')).toBe(1)
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance(`${'a'.repeat(252)}b`, 'a'.repeat(253))).toBe(1)
  })

  it('does not measure what is longer than any name', () => {
    expect(editDistance('a'.repeat(254), 'a'.repeat(254))).toBe(253)
  })
})
