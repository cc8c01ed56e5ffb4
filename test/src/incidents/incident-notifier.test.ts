import { describe, expect, it } from 'vitest'
import { IncidentNotifier } from '#src/incidents/incident-notifier.ts'

const never = new AbortController().signal

describe('src/incidents/incident-notifier', () => {
  it('wakes all who wait for an incident, and nobody else', async () => {
    const notifier = new IncidentNotifier()
    const woken: string[] = []
    const waiting = ['a', 'a', 'b'].map((id, index) =>
      notifier.wait(id, 60_000, never).then(() => woken.push(`${id}${index}`)),
    )
    notifier.notify('a')
    await Promise.all(waiting.slice(0, 2))
    expect(woken).toEqual(['a0', 'a1'])
    notifier.notify('b')
    await Promise.all(waiting)
  })

  it('lets go when the time is up and when the caller goes away', async () => {
    const notifier = new IncidentNotifier()
    await notifier.wait('a', 1, never)
    const caller = new AbortController()
    const waiting = notifier.wait('a', 60_000, caller.signal)
    caller.abort()
    await waiting
    await notifier.wait('a', 60_000, caller.signal)
  })
})
