import { describe, expect, it } from 'vitest'
import { fixture, refusalsOf, signalsOf } from '#test/helpers/intake-context.ts'

const list = Object(fixture('kubernetes-events/event-list'))

describe('src/intake/sources/kubernetes', () => {
  it('reads a list of events of both APIs', () => {
    expect(signalsOf('kubernetes', list)).toMatchObject([
      { source: 'kubernetes_event', reason: 'BackOff', delivery_key: 'event:5d7b7c0e-1:4:2026-11-21T11:30:00.000Z' },
      { reason: 'FailedScheduling', delivery_key: 'event:5d7b7c0e-2:9:2026-11-21T11:31:00.000Z' },
    ])
    expect(signalsOf('kubernetes', list.items)).toHaveLength(2)
    expect(signalsOf('kubernetes', list.items[0])).toHaveLength(1)
  })

  it('refuses the list whole, every event named', () => {
    const items = [
      list.items[0],
      7,
      { ...list.items[1], regarding: null },
      { ...list.items[0], involvedObject: { kind: 'Pod', namespace: 'A B', name: 'x' } },
    ]
    expect(refusalsOf('kubernetes', { items }).map(([path]) => path)).toEqual(['items.1', 'items.2.involvedObject'])
    expect(refusalsOf('kubernetes', items.slice(3)).map(([path]) => path)).toEqual(
      ['0.involvedObject.namespace', '0.involvedObject.namespace'].slice(0, 1),
    )
  })
})
