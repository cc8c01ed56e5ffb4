import { describe, expect, it } from 'vitest'
import type { Signal } from '#src/domain/signal.ts'
import { readPayload } from '#src/intake/read-payload.ts'
import { createServiceDirectory } from '#src/intake/service-directory.ts'

const now = '2026-11-21T12:00:00.000Z'
const services = createServiceDirectory({ clusters: [], services: [] })
const parse = (body: unknown, clean = (text: string) => text) =>
  readPayload('decide', body, { now, clean, services, headers: {} })

function signalOf(body: unknown): Signal {
  const result = parse(body)
  const [signal, ...more] = 'signals' in result ? result.signals : []
  if (!signal || more.length > 0) throw new Error(JSON.stringify(result))
  return signal
}

function pathsOf(body: unknown): string[] {
  const result = parse(body)
  return 'problems' in result ? result.problems.map(({ path }) => path) : []
}

const coreEvent = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'gateway.17', namespace: 'payments', creationTimestamp: '2026-11-21T11:00:00Z' },
  involvedObject: {
    kind: 'Pod',
    namespace: 'payments',
    name: 'gateway-1',
    uid: 'u1',
    fieldPath: 'spec.containers{gateway}',
  },
  type: 'Warning',
  reason: 'BackOff',
  message: 'Back-off restarting failed container',
  count: 4,
  firstTimestamp: null,
  lastTimestamp: '2026-11-21T11:30:00Z',
  eventTime: null,
}
const { apiVersion: _apiVersion, kind: _kind, ...exported } = coreEvent
const pod = { kind: 'Pod', namespace: 'payments', name: 'gateway-1' }

describe('src/intake/sources/decide', () => {
  it('reads the plain shape', () => {
    const body = {
      event_type: 'Warning',
      namespace: 'payments',
      resource_name: 'payment-gateway',
      resource_kind: 'Deployment',
      event_data: { reason: 'BackOff', message: 'Back-off', count: 3 },
      something_else: true,
    }
    expect(signalOf(body)).toEqual({
      state: 'firing',
      source: 'event',
      event_type: 'Warning',
      namespace: 'payments',
      resource: { kind: 'Deployment', namespace: 'payments', name: 'payment-gateway' },
      reason: 'BackOff',
      message: 'Back-off',
      observed_at: now,
    })
  })

  it.each([
    ['core/v1', coreEvent, 'kubernetes_event', '2026-11-21T11:30:00.000Z'],
    [
      'events.k8s.io/v1',
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { namespace: 'payments', creationTimestamp: '2026-11-21T11:00:00Z' },
        regarding: pod,
        type: 'Warning',
        reason: 'BackOff',
        note: 'Back-off restarting failed container',
        eventTime: '2026-11-21T11:10:00.123456Z',
        series: { count: 9, lastObservedTime: '2026-11-21T11:40:00.000000Z' },
      },
      'kubernetes_event',
      '2026-11-21T11:40:00.000Z',
    ],
    [
      'kubernetes-event-exporter',
      {
        ...exported,
        clusterName: 'blue',
        involvedObject: { ...coreEvent.involvedObject, labels: { app: 'gateway' }, ownerReferences: [] },
      },
      'event_exporter',
      '2026-11-21T11:30:00.000Z',
    ],
    ['eventrouter', { verb: 'ADDED', event: exported, old_event: null }, 'event_exporter', '2026-11-21T11:30:00.000Z'],
  ])('reads an event as %s gives it', (_shape, body, source, observed_at) => {
    expect(signalOf(body)).toEqual({
      state: 'firing',
      source,
      event_type: 'Warning',
      namespace: 'payments',
      resource: pod,
      reason: 'BackOff',
      message: 'Back-off restarting failed container',
      observed_at,
    })
  })

  it('reads what kubewatch posts', () => {
    const body = {
      eventmeta: { kind: 'pod', name: 'payments/gateway-1', namespace: '', reason: 'updated' },
      text: 'A `pod` in namespace `payments` has been `updated`',
      time: '2026-11-21T11:00:00Z',
    }
    expect(signalOf(body)).toMatchObject({ namespace: 'payments', resource: pod, reason: 'updated' })
  })

  it('takes the namespace of the event where the object names none, and none for a node', () => {
    const involvedObject = { kind: 'Node', name: 'worker-1' }
    expect(signalOf({ ...coreEvent, metadata: { namespace: 'default' }, involvedObject })).toMatchObject({
      namespace: undefined,
      resource: { kind: 'Node', name: 'worker-1' },
    })
    expect(signalOf({ ...coreEvent, involvedObject: { kind: 'Pod', name: 'a' } }).namespace).toBe('payments')
  })

  it.each([
    [{ namespace: 'payments' }],
    [{ namespace: 'payments', resource_kind: 'Namespace', resource_name: 'payments' }],
    [{ resource_kind: 'ns', resource_name: 'payments' }],
    [{ namespace: 'payments', resource_kind: '', resource_name: null, event_data: null }],
  ])('takes %j for the question what is wrong there', (body) => {
    const signal = signalOf(body)
    expect(signal).toMatchObject({ source: 'question', namespace: 'payments' })
    expect(signal.resource).toEqual({ kind: 'Namespace', name: 'payments' })
    expect(signal.message).toBeUndefined()
  })

  it('asks about the namespace where a name comes without its kind, and keeps the name', () => {
    const signal = signalOf({ namespace: 'payments', resource_name: 'gateway', event_data: { message: 'is slow' } })
    expect(signal).toMatchObject({ resource: { kind: 'Namespace', name: 'payments' }, message: 'gateway: is slow' })
  })

  it.each([
    ['deployment', 'Deployment'],
    ['deploy', 'Deployment'],
    ['deployments.apps', 'Deployment'],
    ['PODS', 'Pod'],
    ['sts', 'StatefulSet'],
    ['pvc', 'PersistentVolumeClaim'],
    ['hpa', 'HorizontalPodAutoscaler'],
    ['Rollout', 'Rollout'],
  ])('understands the kind %s', (word, kind) => {
    expect(signalOf({ namespace: 'a', resource_kind: word, resource_name: 'b' }).resource.kind).toBe(kind)
  })

  it('needs no namespace for cluster-scoped kinds', () => {
    expect(signalOf({ resource_kind: 'node', resource_name: 'worker-1.example' }).resource).toEqual({
      kind: 'Node',
      name: 'worker-1.example',
    })
    expect(pathsOf({ resource_kind: 'node' })).toEqual(['resource_name'])
  })

  it.each([
    [{}, ['namespace']],
    [[], ['']],
    ['text', ['']],
    [null, ['']],
    [{ namespace: 7, resource_name: ['x'] }, ['namespace', 'resource_name']],
    [{ namespace: 'Payments' }, ['namespace']],
    [{ namespace: `a${'b'.repeat(63)}` }, ['namespace']],
    [{ namespace: '-a' }, ['namespace']],
    [{ namespace: '../etc' }, ['namespace']],
    [{ namespace: 'a', resource_kind: 'Pod', resource_name: 'UPPER' }, ['resource_name']],
    [{ namespace: 'a', resource_kind: 'Pod', resource_name: 'a'.repeat(254) }, ['resource_name']],
    [{ namespace: 'a', resource_kind: 'Pod', resource_name: '--server=https://x' }, ['resource_name']],
    [{ namespace: 'a', resource_kind: 'no such', resource_name: 'a' }, ['resource_kind']],
    [{ namespace: 'a', resource_kind: `K${'a'.repeat(63)}`, resource_name: 'a' }, ['resource_kind']],
    [{ namespace: 'A', resource_kind: '1', resource_name: 'B' }, ['namespace', 'resource_kind', 'resource_name']],
    [{ namespace: 'a', resource_kind: 'Namespace', resource_name: 'b' }, ['resource_name']],
    [{ namespace: 'a', event_data: 'text' }, ['event_data']],
    [{ namespace: 'a', event_data: { message: 5 } }, ['event_data.message']],
    [{ ...coreEvent, involvedObject: undefined }, ['involvedObject']],
    [{ ...coreEvent, involvedObject: { ...pod, name: 'No' } }, ['involvedObject.name']],
    [{ verb: 'DELETED', event: exported }, ['verb']],
    [{ verb: 'ADDED', event: { ...exported, involvedObject: { ...pod, kind: '?' } } }, ['event.involvedObject.kind']],
    [{ eventmeta: { kind: 'pod', name: 'A/b' } }, ['eventmeta.namespace']],
  ])('refuses %j and names the fields', (body, paths) => {
    expect(pathsOf(body)).toEqual(paths)
  })

  it('says for each refused field what is wrong and what is allowed', () => {
    const result = parse({ namespace: 5, resource_kind: 'Pod', resource_name: 'b' })
    expect(result).toEqual({
      problems: [{ path: 'namespace', problem: expect.stringMatching(/\w/), allowed: 'a value of type string' }],
    })
  })

  it('lets RBAC objects bear the names that only they may have', () => {
    const body = { namespace: 'a', resource_kind: 'RoleBinding', resource_name: 'system:node:X' }
    expect(signalOf(body).resource.name).toBe('system:node:X')
  })

  it('cuts long texts and says so, and cleans them before anything keeps them', () => {
    const message = `password=hunter2 ${'x'.repeat(10_000)}`
    const result = parse({ namespace: 'a', event_data: { message } }, (text) => text.replace('hunter2', '***'))
    if (!('signals' in result)) throw new Error('refused')
    expect(result.signals[0]?.message).toHaveLength(4096)
    expect(result.signals[0]?.message).toMatch(/^password=\*\*\* .*\[cut\]$/)
  })
})
