import { describe, expect, it } from 'vitest'
import { fingerprint } from '#src/intake/fingerprint.ts'
import { readPayload } from '#src/intake/read-payload.ts'
import { checkout, fixture, intakeContext, refusalsOf, signalsOf } from '#test/helpers/intake-context.ts'

const group = fixture('alertmanager/kube-prometheus-stack')
const alertsWith = (labels: Record<string, string>) => ({
  version: '4',
  groupKey: '{}',
  alerts: [{ status: 'firing', labels }],
})

describe('src/intake/sources/alertmanager', () => {
  const signals = signalsOf('alertmanager', group)

  it('takes each alert as a signal about the object that it means, not about the exporter that told it', () => {
    expect(signals.map(({ resource }) => resource)).toEqual([
      { kind: 'Pod', namespace: 'payments', name: 'gateway-5786466ccc-q9z7s' },
      { kind: 'Deployment', namespace: 'payments', name: 'gateway' },
      { kind: 'Node', name: 'worker-2' },
      { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data-orders-0' },
    ])
    expect(signals.map(({ service }) => service)).toEqual([undefined, undefined, undefined, undefined])
  })

  it('keeps what the alert says', () => {
    expect(signals[0]).toMatchObject({
      source: 'alertmanager',
      state: 'firing',
      alert: 'KubePodCrashLooping',
      reason: 'CrashLoopBackOff',
      severity: 'medium',
      message: expect.stringMatching(/^Pod is crash looping\.: Pod payments/),
      alert_key: 'alertmanager:1b2d0c7a9e4f3d55',
      observed_at: '2026-11-21T11:42:10.218Z',
      labels: { container: 'gateway', runbook_url: expect.stringContaining('kubepodcrashlooping') },
    })
  })

  it('tells what is resolved, and when', () => {
    expect(signals[3]).toMatchObject({
      state: 'resolved',
      severity: 'critical',
      observed_at: '2026-11-21T11:59:00.000Z',
    })
  })

  it('says what it passes over: heartbeats, and what the sender cut off', () => {
    const result = readPayload('alertmanager', group, { ...intakeContext(), headers: {} })
    expect(result).toMatchObject({
      skipped: [expect.stringContaining('3 alerts'), expect.stringContaining('Watchdog')],
    })
  })

  it('is the same problem as the event of the pod', () => {
    const [event] = signalsOf('kubernetes', fixture('kubernetes-events/event-list'))
    expect(fingerprint(signals[0]!).fingerprint).toBe(fingerprint(event!).fingerprint)
  })

  it.each([
    ['statefulset', 'StatefulSet'],
    ['daemonset', 'DaemonSet'],
    ['job_name', 'Job'],
    ['cronjob', 'CronJob'],
    ['horizontalpodautoscaler', 'HorizontalPodAutoscaler'],
    ['ingress', 'Ingress'],
    ['exported_pod', 'Pod'],
  ])('reads the label %s as a %s', (label, kind) => {
    const labels = {
      alertname: 'Any',
      namespace: 'shop',
      job: 'kube-state-metrics',
      instance: '10.0.0.1:8080',
      [label]: 'thing',
    }
    expect(signalsOf('alertmanager', alertsWith(labels))[0]?.resource).toEqual({
      kind,
      namespace: 'shop',
      name: 'thing',
    })
  })

  it('never takes the scrape job or the scraped service for what the alert is about', () => {
    const labels = {
      alertname: 'KubeJobOddity',
      namespace: 'shop',
      job: 'kube-state-metrics',
      instance: '10.0.0.1:8080',
      service: 'ksm',
      endpoint: 'http',
    }
    expect(signalsOf('alertmanager', alertsWith(labels))[0]).toMatchObject({
      resource: { kind: 'Namespace', name: 'shop' },
    })
  })

  it('takes a sum over a scrape job as one about its Service', () => {
    const labels = { alertname: 'TargetDown', namespace: 'shop', job: 'orders', service: 'orders', severity: 'warning' }
    expect(signalsOf('alertmanager', alertsWith(labels))[0]?.resource).toEqual({
      kind: 'Service',
      namespace: 'shop',
      name: 'orders',
    })
  })

  it('looks an alert without a namespace up by its service', () => {
    const labels = { alertname: 'HighErrorRate', service: 'Checkout Service' }
    const [signal] = signalsOf('alertmanager', alertsWith(labels), { catalogue: { services: [checkout] } })
    expect(signal).toMatchObject({
      service: 'checkout',
      resource: { kind: 'Deployment', namespace: 'checkout', name: 'checkout-api' },
    })
  })

  it('refuses the whole group for one alert that cannot be placed, and says how to place it', () => {
    const alerts = [
      { status: 'firing', labels: { alertname: 'A', namespace: 'shop' } },
      { status: 'firing', labels: { alertname: 'B', app: 'api' } },
    ]
    expect(refusalsOf('alertmanager', { alerts })).toEqual([
      ['alerts.1.labels.namespace', 'is missing', expect.stringContaining('configs/services.yaml')],
    ])
  })

  it('names every alert that is wrong', () => {
    const alerts = [
      { status: 'burning', labels: {} },
      { status: 'firing', labels: 7 },
      { status: 'firing', labels: { namespace: 'Not A Name' } },
    ]
    expect(refusalsOf('alertmanager', { alerts }).map(([path]) => path)).toEqual(['alerts.0.status', 'alerts.1.labels'])
    expect(refusalsOf('alertmanager', { alerts: alerts.slice(2) }).map(([path]) => path)).toEqual([
      'alerts.0.labels.namespace',
    ])
  })

  it('takes at most 1000 alerts at once', () => {
    const alerts = Array.from({ length: 1001 }, () => ({ status: 'firing', labels: { namespace: 'shop' } }))
    expect(refusalsOf('alertmanager', { alerts })).toEqual([['alerts', expect.any(String), 'at most 1000 items']])
    expect(signalsOf('alertmanager', { alerts: alerts.slice(1) })).toHaveLength(1000)
  })
})
