import { describe, expect, it } from 'vitest'
import { buildClusterEvent } from '#test/helpers/cluster-event.ts'
import { type BacklogLimits, EventBacklog } from '#src/cli/commands/watch.ts'

const start = '2026-11-21T11:00:00.000Z'
const about = { regarding: { kind: 'Pod', namespace: 'shop', name: 'cart-0' } }

function build(limits: Partial<BacklogLimits> = {}) {
  const clock = { now: 0 }
  return { clock, backlog: new EventBacklog({ since: start, seen: [] }, () => clock.now, limits) }
}

describe('src/cli/commands/watch/event-backlog', () => {
  it('keeps events in order and forgets none that waits', () => {
    const { backlog } = build()
    for (const number of [1, 2, 3]) backlog.offer(buildClusterEvent(number))
    expect(backlog.first()?.uid).toBe('uid-1')
    expect(backlog.state().since).toBe(buildClusterEvent(1).last_seen)
    backlog.settle(buildClusterEvent(1), 'forwarded')
    expect(backlog.size).toBe(3)
    backlog.settle(backlog.first()!, 'forwarded')
    expect(backlog.state().since).toBe(buildClusterEvent(2).last_seen)
  })

  it('takes the same observation of an event once, also after a restart', () => {
    const { backlog } = build()
    backlog.offer(buildClusterEvent(1))
    backlog.offer(buildClusterEvent(1))
    expect(backlog.size).toBe(1)
    backlog.settle(backlog.first()!, 'forwarded')
    const restarted = new EventBacklog(backlog.state(), () => 0)
    restarted.offer(buildClusterEvent(1))
    expect(restarted.counts.seen).toBe(0)
    restarted.offer(buildClusterEvent(1, { count: 2 }))
    expect(restarted.size).toBe(1)
  })

  it('merges a burst on one object and reason, and lets the next through after the window', () => {
    const { backlog, clock } = build({ window_ms: 1000 })
    for (const number of [1, 2, 3]) backlog.offer(buildClusterEvent(number, about))
    backlog.offer(buildClusterEvent(4, { ...about, reason: 'Unhealthy' }))
    expect(backlog.counts).toMatchObject({ seen: 4, merged: 2 })
    expect(backlog.size).toBe(2)
    clock.now = 1000
    backlog.offer(buildClusterEvent(5, about))
    expect(backlog.size).toBe(3)
  })

  it('says when it is full, and drops nothing that is offered all the same', () => {
    const { backlog } = build({ capacity: 2 })
    const full = [1, 2, 3].map((number) => {
      backlog.offer(buildClusterEvent(number))
      return backlog.isFull
    })
    expect(full).toEqual([false, true, true])
    expect(backlog.size).toBe(3)
    backlog.settle(backlog.first()!, 'forwarded')
    backlog.settle(backlog.first()!, 'forwarded')
    expect(backlog.isFull).toBe(false)
  })

  it('leaves events that warn of nothing', () => {
    const { backlog } = build()
    backlog.offer(buildClusterEvent(1, { type: 'Normal' }))
    expect(backlog.counts.seen).toBe(0)
  })

  it('remembers a bounded number of events', () => {
    const { backlog } = build({ memory: 3 })
    for (let number = 1; number <= 9; number++) {
      backlog.offer(buildClusterEvent(number))
      backlog.settle(backlog.first()!, 'refused')
    }
    expect(backlog.state().seen).toHaveLength(3)
  })
})
