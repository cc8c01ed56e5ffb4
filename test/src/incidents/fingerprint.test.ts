import { describe, expect, it } from 'vitest'
import type { Signal } from '../../../src/domain/signal.ts'
import { fingerprint } from '../../../src/incidents/fingerprint.ts'

const signal = (over: Partial<Signal> = {}): Signal => ({
  source: 'event',
  namespace: 'payments',
  resource: { kind: 'Deployment', namespace: 'payments', name: 'gateway' },
  reason: 'BackOff',
  message: 'Back-off restarting failed container',
  observed_at: '2026-11-21T12:00:00Z',
  ...over,
})
const inPayments = (kind: string, name: string) => signal({ resource: { kind, namespace: 'payments', name } })

describe('src/incidents/fingerprint', () => {
  it.each([
    ['another message', signal({ message: 'Back-off 5m0s' })],
    ['another time', signal({ observed_at: '2026-11-21T13:00:00Z' })],
    ['another source', signal({ source: 'watch' })],
    ['a reason of the same family', signal({ reason: 'Unhealthy' })],
    ['a pod of the deployment', inPayments('Pod', 'gateway-5786466ccc-q9z7s')],
    ['a replica set of the deployment', inPayments('ReplicaSet', 'gateway-5786466ccc')],
  ])('is the same for %s', (_what, other) => {
    expect(fingerprint(other)).toBe(fingerprint(signal()))
  })

  it.each([
    [
      'another namespace',
      signal({ namespace: 'shop', resource: { kind: 'Deployment', namespace: 'shop', name: 'gateway' } }),
    ],
    ['another name', inPayments('Deployment', 'ledger')],
    ['another kind of the same name', inPayments('Service', 'gateway')],
    ['a reason of another family', signal({ reason: 'FailedMount' })],
    ['a pod whose name only looks alike', inPayments('Pod', 'gateway-0')],
  ])('differs for %s', (_what, other) => {
    expect(fingerprint(other)).not.toBe(fingerprint(signal()))
  })

  it('tells questions apart by their words', () => {
    const ask = (message?: string) =>
      fingerprint(
        signal({ source: 'question', reason: undefined, message, resource: { kind: 'Namespace', name: 'payments' } }),
      )
    expect(ask('why is it slow?')).toBe(ask('Why  is it slow?'))
    expect(ask('why is it slow?')).not.toBe(ask('who deleted it?'))
    expect(ask()).not.toBe(ask('why is it slow?'))
  })
})
