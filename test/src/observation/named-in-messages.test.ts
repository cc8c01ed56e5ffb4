import { describe, expect, it } from 'vitest'
import { ClusterView } from '#src/domain/cluster-view.ts'
import { namedInMessages, type NamedInMessages } from '#src/observation/named-in-messages.ts'

function told(message: string): NamedInMessages {
  const time = '2026-11-20T10:00:00Z'
  const regarding = { kind: 'Pod', namespace: 'shop', name: 'p' }
  const event = { uid: 'e', namespace: 'shop', type: 'Warning', reason: 'R', message, regarding, count: 1 }
  return namedInMessages(
    new ClusterView({
      taken_at: time,
      objects: {},
      events: [{ ...event, first_seen: time, last_seen: time }],
      coverage: {},
      absent: [],
      missing_apis: [],
      gaps: [],
      cost: { requests: 0, bytes: 0, ms: 0 },
    }),
  )
}

describe('src/observation/named-in-messages', () => {
  it.each([
    ['failed calling webhook "a.b.io": failed to call webhook: Post "https://x.y.svc:443/": timeout', ['a.b.io']],
    ['admission webhook "deny.b.io" denied the request: no', ['deny.b.io']],
    ['Back-off restarting failed container', []],
    ['webhook " " unfinished "', [' ']],
  ])('reads webhooks from %s', (message, webhooks) => {
    expect(told(message).webhooks).toEqual(webhooks)
  })

  it.each([
    ['Preempted by pod 4bf52d28-f87d on node worker-1.internal', { uid: '4bf52d28-f87d', node: 'worker-1.internal' }],
    ['Preempted by pod: shop/rush on node worker-1', { uid: 'shop/rush', node: 'worker-1' }],
    ['Preempted by a pod on node worker-1', undefined],
  ])('reads who took the place from %s', (message, preemptor) => {
    expect(told(message).preemptors).toEqual(preemptor ? [preemptor] : [])
  })

  it('notes that somebody was refused something', () => {
    expect(told('pods is forbidden: User "system:serviceaccount:shop:x" cannot list').forbidden).toBe(true)
    expect(told('pods "x" is forbidden: exceeded quota').forbidden).toBe(false)
  })
})
