import { describe, expect, it } from 'vitest'
import { wrapText } from '#src/reporting/text-page.ts'

describe('src/reporting/text-page', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['unbreakable', 4, ['unbreakable']],
    ['', 10, ['']],
    ['a  b', 10, ['a b']],
  ])('breaks %j at %i', (text, width, lines) => {
    expect(wrapText(text, width)).toEqual(lines)
  })
})
