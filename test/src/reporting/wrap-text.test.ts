import { describe, expect, it } from 'vitest'
import { wrapText } from '#src/reporting/wrap-text.ts'

describe('src/reporting/wrap-text', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['unbreakable', 4, ['unbreakable']],
    ['', 10, ['']],
    ['a  b', 10, ['a b']],
  ])('breaks %j at %i', (text, width, lines) => {
    expect(wrapText(text, width)).toEqual(lines)
  })
})
