import { describe, expect, it } from 'vitest'
import { createFailureCounter } from '#src/server/access/count-failures.ts'

describe('src/server/access/count-failures', () => {
  it('counts each address for a minute', () => {
    let now = 0
    const failures = createFailureCounter(2, () => now)
    expect([1, 2, 3].map(() => failures.note('a'))).toEqual([false, false, true])
    expect(failures.note('b')).toBe(false)
    now += 60_000
    expect(failures.note('a')).toBe(false)
  })

  it('remembers a bounded number of addresses, the latest', () => {
    const failures = createFailureCounter(1, () => 0)
    failures.note('first')
    for (let count = 0; count < 10_000; count++) failures.note(`flood ${count}`)
    expect(failures.note('first')).toBe(false)
    expect(failures.note('flood 9999')).toBe(true)
  })

  it('counts nothing at 0', () => {
    const failures = createFailureCounter(0, () => 0)
    expect([1, 2, 3].map(() => failures.note('a'))).toEqual([false, false, false])
  })
})
