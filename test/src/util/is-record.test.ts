import { describe, expect, it } from 'vitest'
import { isRecord } from '#src/util/is-record.ts'

describe('src/util/is-record', () => {
  it.each([[{}], [{ a: 1 }], [Object.create(null)]])('takes %j for a JSON object', (value) => {
    expect(isRecord(value)).toBe(true)
  })

  it.each([[null], [undefined], [[]], ['{}'], [1], [true]])('does not take %j for one', (value) => {
    expect(isRecord(value)).toBe(false)
  })
})
