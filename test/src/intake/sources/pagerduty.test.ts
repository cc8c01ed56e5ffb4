import { describe, expect, it } from 'vitest'
import { readPayload } from '#src/intake/read-payload.ts'
import { checkout, fixture, intakeContext, signalsOf } from '#test/helpers/intake-context.ts'

const orders = { ...checkout, name: 'orders', aliases: ['Orders'], namespaces: ['shop'], workloads: [] }

describe('src/intake/sources/pagerduty', () => {
  const [triggered] = signalsOf('pagerduty', fixture('pagerduty/incident-triggered'))

  it('reads the details that came from the monitoring system', () => {
    expect(triggered).toMatchObject({
      source: 'pagerduty',
      state: 'firing',
      resource: { kind: 'StatefulSet', namespace: 'shop', name: 'orders-db' },
      alert: 'KubeStatefulSetReplicasMismatch',
      severity: 'high',
      service: 'Orders',
      alert_key: 'pagerduty:Q1AYS8WKY3JMC4',
      delivery_key: 'pagerduty:01CH754SM17TWPE2V2H4VPBRO7',
    })
  })

  it('resolves by the same key, placed by its service for it bears no details', () => {
    const catalogue = { services: [orders] }
    expect(signalsOf('pagerduty', fixture('pagerduty/incident-resolved'), { catalogue })[0]).toMatchObject({
      state: 'resolved',
      alert_key: triggered?.alert_key,
      resource: { kind: 'Namespace', name: 'shop' },
    })
  })

  it('passes over what people do about the incident', () => {
    const context = { ...intakeContext(), headers: {} }
    expect(readPayload('pagerduty', fixture('pagerduty/incident-acknowledged'), context)).toEqual({
      signals: [],
      skipped: ['incident.acknowledged: it reports no problem'],
    })
    expect(
      readPayload('pagerduty', { event: { event_type: 'pagey.ping', data: { message: 'Hello' } } }, context),
    ).toMatchObject({
      signals: [],
    })
  })
})
