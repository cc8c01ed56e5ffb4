import { describe, expect, it } from 'vitest'
import { canonicalJson } from '#src/util/canonical-json.ts'

describe('src/util/canonical-json', () => {
  it('writes one text for one content, whatever the order of keys at any depth', () => {
    const left = canonicalJson({ b: [{ y: 1, x: 'a' }], a: null })
    expect(left).toBe('{"a":null,"b":[{"x":"a","y":1}]}')
    expect(canonicalJson({ a: null, b: [{ x: 'a', y: 1 }] })).toBe(left)
  })

  it('keeps the order of lists', () => {
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]))
  })

  it('takes an undefined member for an absent one, and an undefined item for null', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe(canonicalJson({ b: 1 }))
    expect(canonicalJson([undefined])).toBe('[null]')
    expect(canonicalJson(undefined)).toBe('null')
  })

  it('can be read again', () => {
    const value = { text: 'a "quote"\n', list: [true, 1.5, {}], nested: { '': [] } }
    expect(JSON.parse(canonicalJson(value))).toEqual(value)
  })
})
