import { describe, expect, it } from 'vitest'
import { renderJson } from '#src/reporting/render-json.ts'

describe('src/reporting/render-json', () => {
  it('keeps the value and shows nothing that a terminal would obey', () => {
    const value = { a: 'x\u009b31m\u202ey\u200b\u001b[0m', tag: '\u{e0041}', plain: 'grüß 漢' }
    const text = renderJson(value)
    expect(JSON.parse(text)).toEqual(value)
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u202e]|[\u{e0000}-\u{e007f}]/u)
    expect(text).toContain('grüß 漢')
  })
})
