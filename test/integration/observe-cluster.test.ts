import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connectCluster, type ClusterConnection } from '#src/adapters/kubernetes/connect.ts'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { ClusterReader } from '#src/observation/cluster-reader.ts'
import { createObserver } from '#src/observation/observe.ts'
import type { Observe } from '#src/observation/port.ts'
import { startPractice, type Practice } from '#test/helpers/practice-server.ts'
import { smallShop } from '#test/helpers/small-shop.ts'
import { writeIncident } from '#test/helpers/write-incident.ts'

const request = { resource: { kind: 'Namespace', name: 'shop' }, namespace: 'shop' }
const signal = new AbortController().signal
const patient = { call_timeout_seconds: 60, deadline_seconds: 120 }

/** Waits for pods a moment only, for everything else as long as it takes. */
const hurriedAboutPods = (reader: ClusterReader): ClusterReader => ({
  get: (wanted, aborted) => reader.get(wanted, aborted),
  events: (wanted, aborted) => reader.events(wanted, aborted),
  describe: (aborted) => reader.describe(aborted),
  list: (wanted, aborted) =>
    wanted.kind === 'Pod'
      ? reader.list({ ...wanted, limits: { ...wanted.limits, timeout_ms: 100 } }, aborted)
      : reader.list(wanted, aborted),
})

describe('integration: observing a cluster over HTTP', () => {
  const incident = writeIncident(smallShop(false))
  let practice: Practice
  let cluster: ClusterConnection
  let observe: Observe

  beforeAll(async () => {
    practice = await startPractice({ incidents: [incident.folder] })
    cluster = connectCluster({ kubeconfig_path: practice.kubeconfig })
    observe = createObserver({ reader: cluster.reader, bounds: patient })
  })
  afterEach(() => practice.control.clear())
  afterAll(async () => {
    await cluster.close()
    await practice.stop()
    incident.remove()
  })

  it('sees everything of the namespace and no secret value', async () => {
    const snapshot = await observe(request, signal)
    expect(snapshot.gaps).toEqual([])
    expect(snapshot.objects.Secret).toMatchObject([{ metadata: { name: 'db' }, keys: ['password'] }])
    expect(JSON.stringify(snapshot)).not.toMatch(/hunter2|aHVudGVy/)
    expect(snapshot.cost.requests).toBeGreaterThan(20)
  })

  it('makes a 403 on secrets a gap only where single reads do not close it', async () => {
    await practice.control.fault({ kind: '403', verb: 'list', resource: 'secrets' })
    const narrow = await observe(request, signal)
    expect(narrow.gaps).toEqual([])
    expect(new ClusterView(narrow).existence('Secret', 'shop', 'db')).toBe('present')
    await practice.control.fault({ kind: '403', resource: 'secrets' })
    const blind = await observe(request, signal)
    expect(blind.gaps.map((gap) => gap.needs)).toEqual(['list on secrets in namespace shop'])
    expect(new ClusterView(blind).existence('Secret', 'shop', 'db')).toBe('unseen')
  })

  it.each(['500', 'hang', 'cut', '429'] as const)('never takes a failed read for an empty list: %s', async (kind) => {
    await practice.control.fault({ kind, resource: 'pods', retry_after_seconds: 0 })
    const look = createObserver({ reader: hurriedAboutPods(cluster.reader), bounds: patient })
    const snapshot = await look(request, signal)
    expect(snapshot.coverage['Pod/shop']).toBe('unseen')
    expect(snapshot.gaps.map((gap) => gap.what).join()).toContain('pods in namespace shop')
    expect(snapshot.objects.Deployment).toHaveLength(1)
  })

  it('comes back with one gap where nothing ever answers', async () => {
    await practice.control.fault({ kind: 'hang' })
    const bounds = { call_timeout_seconds: 0.1, deadline_seconds: 1 }
    const snapshot = await createObserver({ reader: cluster.reader, bounds })(request, signal)
    expect(snapshot.gaps).toEqual([expect.objectContaining({ what: 'the cluster' })])
  })

  it('ends at once when it is cancelled', async () => {
    await practice.control.fault({ kind: 'hang', resource: 'pods' })
    const controller = new AbortController()
    const observing = observe(request, controller.signal)
    const reason = new Error('cancelled')
    controller.abort(reason)
    await expect(observing).rejects.toBe(reason)
  })

  it('makes an unreachable cluster a picture of nothing, with the gap', async () => {
    const gone = await startPractice({ incidents: [incident.folder] })
    const unreachable = connectCluster({ kubeconfig_path: gone.kubeconfig })
    await gone.stop()
    const snapshot = await createObserver({ reader: unreachable.reader })(request, signal)
    await unreachable.close()
    expect(snapshot.objects).toEqual({})
    expect(snapshot.gaps).toEqual([expect.objectContaining({ what: 'the cluster', needs: 'a reachable API server' })])
  })

  it('takes 5,000 pods page by page, with turns for others in between', async () => {
    const large = await startPractice({ synthetic: { pods: 5_000, broken: 10, namespace: 'large' } })
    const connection = connectCluster({ kubeconfig_path: large.kubeconfig })
    const look = createObserver({ reader: connection.reader, bounds: patient })
    const whole = { resource: { kind: 'Namespace', name: 'large' }, namespace: 'large' }
    const snapshot = await look(whole, signal)
    const { by_request } = await large.control.stats()
    await connection.close()
    await large.stop()
    expect(snapshot.objects.Pod).toHaveLength(5_000)
    expect(snapshot.gaps).toEqual([])
    expect(by_request['list pods']).toBeGreaterThanOrEqual(10)
  })
})
