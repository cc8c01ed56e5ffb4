import { describe, expect, it } from 'vitest'
import type { Signal } from '#src/domain/signal.ts'
import { fingerprint } from '#src/intake/fingerprint.ts'
import { buildSignal } from '#test/helpers/build-signal.ts'
import { Random } from '#test/helpers/random.ts'

const generated = 'bcdfghjklmnpqrstvwxz2456789'
const inPayments = (kind: string, name: string) => buildSignal({ resource: { kind, namespace: 'payments', name } })
const print = (signal: Signal) => fingerprint(signal).fingerprint

/** Each way in which a workload's pods are named, with the workload. */
const makers: ReadonlyArray<[kind: string, podOf: (name: string, random: Random) => string]> = [
  [
    'Deployment',
    (name, random) => `${name}-${random.text(6 + random.below(5), generated)}-${random.text(5, generated)}`,
  ],
  ['StatefulSet', (name, random) => `${name}-${random.below(50)}`],
  ['DaemonSet', (name, random) => `${name}-${random.text(5, generated)}`],
  ['Job', (name, random) => `${name}-${random.text(5, generated)}`],
  ['CronJob', (name, random) => `${name}-${28_000_000 + random.below(999_999)}-${random.text(5, generated)}`],
]
const names = ['gateway', 'orders-api', 'billing.v2', 'x', 'cache-2', 'team-a-web-frontend'] as const
const texts = ['Back-off 10s', 'Back-off 5m0s restarting failed container', '', 'zzz'] as const

describe('src/intake/fingerprint', () => {
  it('does not change with generated names, texts, counts, times, sources: 2,000 random pods', () => {
    const random = new Random(7)
    for (let round = 0; round < 2_000; round++) {
      const [kind, podOf] = random.pick(makers as [(typeof makers)[0]])
      const name = random.pick(names)
      const owner = buildSignal({ resource: { kind, namespace: 'payments', name } })
      const pod = buildSignal({
        resource: { kind: 'Pod', namespace: 'payments', name: podOf(name, random) },
        message: random.pick(texts),
        observed_at: new Date(random.below(2_000_000_000) * 1000).toISOString(),
        source: random.pick(['event', 'kubernetes_event', 'event_exporter', 'alertmanager'] as const),
        severity: random.pick(['critical', 'low'] as const),
        labels: { restarts: String(random.below(100)) },
        alert_key: `k${round}`,
      })
      expect(print(pod), `${pod.resource.name} of ${kind} ${name}`).toBe(print(owner))
    }
  })

  it('differs between any two of many problems', () => {
    const seen = new Map<string, string>()
    const clusters = [undefined, 'prod-eu']
    const reasons = ['BackOff', 'FailedScheduling', 'FailedMount', 'ErrImagePull', 'SomethingNew', 'SomethingElse']
    for (const cluster of clusters)
      for (const namespace of ['payments', 'shop'])
        for (const kind of ['Deployment', 'StatefulSet', 'CronJob', 'Service', 'Ingress'])
          for (const name of ['gateway', 'gateway-api', 'ledger'])
            for (const reason of reasons) {
              const text = JSON.stringify([cluster, namespace, kind, name, reason])
              const key = print(buildSignal({ cluster, namespace, resource: { kind, namespace, name }, reason }))
              expect(seen.get(key), text).toBeUndefined()
              seen.set(key, text)
            }
    expect(seen.size).toBe(360)
  })

  it.each([
    ['a replica set of the deployment', inPayments('ReplicaSet', 'gateway-5786466ccc')],
    ['a reason of the same kind of trouble', buildSignal({ reason: 'OOMKilled' })],
    ['an alert of the same kind of trouble', buildSignal({ reason: undefined, alert: 'KubePodCrashLooping' })],
  ])('is the same for %s', (_what, other) => {
    expect(print(other)).toBe(print(buildSignal()))
  })

  it.each([
    ['a failing probe', buildSignal({ reason: 'Unhealthy' })],
    ['an image that cannot be pulled, told by the same reason', buildSignal({ message: 'Back-off pulling image "x"' })],
    ['a pod whose name only looks alike', inPayments('Pod', 'gateway-0')],
    ['another alert', buildSignal({ reason: undefined, alert: 'HighErrorRate' })],
  ])('differs for %s', (_what, other) => {
    expect(print(other)).not.toBe(print(buildSignal()))
  })

  it('tells the services of one namespace apart where no object is told', () => {
    const alert = (service?: string) =>
      buildSignal({
        reason: undefined,
        alert: 'HighErrorRate',
        service,
        resource: { kind: 'Namespace', name: 'payments' },
      })
    expect(print(alert('checkout'))).not.toBe(print(alert('ledger')))
    expect(print(alert('checkout'))).toBe(print(alert('checkout')))
  })

  it('tells questions apart by their words', () => {
    const resource = { kind: 'Namespace', name: 'payments' }
    const ask = (message?: string) => print(buildSignal({ source: 'question', reason: undefined, message, resource }))
    expect(ask('why is it slow?')).toBe(ask('Why  is it slow?'))
    expect(ask('why is it slow?')).not.toBe(ask('who deleted it?'))
    expect(ask()).not.toBe(ask('why is it slow?'))
    expect(ask(`${'long '.repeat(100)}a`)).not.toBe(ask(`${'long '.repeat(100)}b`))
  })

  it('shows the fields that it is made of', () => {
    expect(fingerprint(inPayments('Pod', 'gateway-5786466ccc-q9z7s')).fields).toEqual({
      cluster: '',
      namespace: 'payments',
      workload: 'Deployment/payments/gateway',
      problem: 'container',
    })
  })
})
