import { describe, expect, it } from 'vitest'
import { signalPriority } from '#src/intake/priority.ts'
import { buildSignal } from '#test/helpers/build-signal.ts'

describe('src/intake/priority/signal-priority', () => {
  it.each([
    ['critical', 'normal', 'P1'],
    ['high', 'normal', 'P2'],
    [undefined, 'normal', 'P3'],
    ['low', 'normal', 'P4'],
    ['info', 'critical', 'P5'],
    ['high', 'critical', 'P1'],
    ['high', 'high', 'P2'],
    ['medium', 'high', 'P2'],
    ['critical', 'low', 'P2'],
    ['low', 'low', 'P5'],
    ['critical', 'critical', 'P1'],
  ] as const)('ranks %s of a service of tier %s as %s', (severity, tier, expected) => {
    expect(signalPriority(buildSignal({ severity }), tier)).toBe(expected)
  })

  it.each([
    ['an entrance', { resource: { kind: 'Ingress', namespace: 'a', name: 'b' } }],
    ['an alert about what users see', { alert: 'CheckoutErrorRateHigh' }],
    ['a label', { labels: { user_impact: 'true' } }],
  ])('raises it by a step for users: %s', (_what, over) => {
    expect(signalPriority(buildSignal({ severity: 'medium', ...over }))).toBe('P2')
  })

  it('believes a label that says that no user is hit', () => {
    expect(signalPriority(buildSignal({ alert: 'ErrorRate', labels: { user_impact: 'none' } }))).toBe('P3')
  })
})
