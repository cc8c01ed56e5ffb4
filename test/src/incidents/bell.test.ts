import { describe, expect, it } from 'vitest'
import { Bell } from '#src/incidents/bell.ts'

const never = new AbortController().signal

describe('src/incidents/bell', () => {
  it('wakes all who wait for an incident, and nobody else', async () => {
    const bell = new Bell()
    const woken: string[] = []
    const waiting = ['a', 'a', 'b'].map((id, index) =>
      bell.wait(id, 60_000, never).then(() => woken.push(`${id}${index}`)),
    )
    bell.ring('a')
    await Promise.all(waiting.slice(0, 2))
    expect(woken).toEqual(['a0', 'a1'])
    bell.ring('b')
    await Promise.all(waiting)
  })

  it('lets go when the time is up and when the caller goes away', async () => {
    const bell = new Bell()
    await bell.wait('a', 1, never)
    const caller = new AbortController()
    const waiting = bell.wait('a', 60_000, caller.signal)
    caller.abort()
    await waiting
    await bell.wait('a', 60_000, caller.signal)
  })
})
