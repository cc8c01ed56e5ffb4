import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connectCluster, type ClusterConnection } from '#src/adapters/kubernetes/connect.ts'
import { startPractice, type Practice, type PracticeFault } from '#test/helpers/practice-server.ts'
import { rawMeta, smallShop } from '#test/helpers/small-shop.ts'
import { writeIncident } from '#test/helpers/write-incident.ts'

const limits = { max_objects: 1_000, max_bytes: 10_000_000, timeout_ms: 1_000 }
const signal = new AbortController().signal
const maps = Array.from({ length: 30 }, (_, index) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: rawMeta(`map-${index}`),
  data: { text: 'x'.repeat(100) },
}))
const schedulerEvent = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: rawMeta('api-1-x.1'),
  type: 'Warning',
  reason: 'FailedScheduling',
  message: '0/1 nodes are available',
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'api-1-x', uid: 'uid-api-1-x' },
  count: null,
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: '2026-11-20T09:59:00.123456Z',
  source: {},
  reportingComponent: 'default-scheduler',
}

const { message: note, involvedObject: regarding, reportingComponent, ...sameInBoth } = schedulerEvent
const renamedEvent = {
  ...sameInBoth,
  apiVersion: 'events.k8s.io/v1',
  note,
  regarding,
  reportingController: reportingComponent,
}

describe('src/adapters/kubernetes/kubernetes-cluster-reader', () => {
  const incident = writeIncident({ ...smallShop(false, [...maps, schedulerEvent]), events: [renamedEvent] })
  let practice: Practice
  let cluster: ClusterConnection
  const open = (page_size?: number) => connectCluster({ kubeconfig_path: practice.kubeconfig, page_size })
  const listMaps = () => cluster.reader.list({ kind: 'ConfigMap', namespace: 'shop', limits }, signal)

  beforeAll(async () => {
    practice = await startPractice({ incidents: [incident.folder] })
    cluster = open(10)
  })
  afterEach(() => practice.control.clear())
  afterAll(async () => {
    await cluster.close()
    await practice.stop()
    incident.remove()
  })

  it('gives every item its kind and version, page by page', async () => {
    const answer = await listMaps()
    if (answer.status !== 'ok') throw new Error(answer.status)
    expect(answer.items.filter((map) => map.metadata.name.startsWith('map-'))).toHaveLength(30)
    expect(answer.requests).toBeGreaterThan(3)
    expect(answer.items.every((map) => map.kind === 'ConfigMap' && map.apiVersion === 'v1')).toBe(true)
  })

  it('lets no secret value and no manifest out', async () => {
    const secrets = await cluster.reader.list({ kind: 'Secret', namespace: 'shop', limits }, signal)
    const deployments = await cluster.reader.list({ kind: 'Deployment', namespace: 'shop', limits }, signal)
    const one = await cluster.reader.get({ kind: 'Secret', namespace: 'shop', name: 'db', limits }, signal)
    expect(JSON.stringify([secrets, deployments, one])).not.toMatch(/hunter2|aHVudGVy|last-applied|managedFields/)
    expect(one).toMatchObject({ status: 'ok', item: { kind: 'Secret', keys: ['password'] } })
  })

  it('stops at the bound on objects and says so', async () => {
    const request = { kind: 'ConfigMap' as const, namespace: 'shop', limits: { ...limits, max_objects: 15 } }
    const answer = await cluster.reader.list(request, signal)
    expect(answer).toMatchObject({ status: 'ok', truncated: true, gap: { why: 'more than 15 objects' } })
    expect(answer).toHaveProperty('items.length', 15)
  })

  it('stops at the bound on bytes and says so', async () => {
    const request = { kind: 'ConfigMap' as const, namespace: 'shop', limits: { ...limits, max_bytes: 5_000 } }
    const answer = await cluster.reader.list(request, signal)
    expect(answer.status === 'ok' ? answer.gap?.needs : answer.gap.needs).toBe('a higher bound on bytes')
  })

  it('starts a list anew, once, when its continue token has expired', async () => {
    await practice.control.fault({ kind: '410', resource: 'configmaps', count: 1 })
    const answer = await listMaps()
    expect(answer).toMatchObject({ status: 'ok', truncated: false })
    await practice.control.fault({ kind: '410', resource: 'configmaps' })
    expect(await listMaps()).toMatchObject({ status: 'failed', gap: { why: expect.stringMatching(/^410/) as string } })
  })

  it('waits as long as a busy server asks, and gives up after a few times', async () => {
    await practice.control.fault({ kind: '429', resource: 'configmaps', count: 1, retry_after_seconds: 0 })
    expect(await listMaps()).toMatchObject({ status: 'ok' })
    await practice.control.fault({ kind: '429', resource: 'configmaps', retry_after_seconds: 0 })
    expect(await listMaps()).toMatchObject({ status: 'failed', gap: { why: '429 Too Many Requests' } })
  })

  it('does not wait for a server that asks for minutes', async () => {
    await practice.control.fault({ kind: '429', resource: 'configmaps', retry_after_seconds: 300 })
    await practice.control.resetStats()
    expect(await listMaps()).toMatchObject({ status: 'failed' })
    expect((await practice.control.stats()).by_request['list configmaps']).toBe(1)
  })

  const faults: [PracticeFault['kind'], string, RegExp, RegExp][] = [
    ['401', 'unauthorized', /401/, /credentials/],
    ['403', 'forbidden', /403/, /^list on configmaps in namespace shop$/],
    ['500', 'failed', /500/, /another attempt/],
    ['hang', 'timeout', /timed out after 1 s/, /in time/],
    ['cut', 'failed', /broke off|not a valid list/, /another attempt/],
  ]
  it.each(faults)('turns a server fault into a typed failure: %s', async (kind, status, why, needs) => {
    await practice.control.fault({ kind, resource: 'configmaps' })
    expect(await listMaps()).toMatchObject({
      status,
      gap: {
        what: 'configmaps in namespace shop',
        why: expect.stringMatching(why) as string,
        needs: expect.stringMatching(needs) as string,
      },
    })
  })

  it('tells what is not there from what may not be seen', async () => {
    const ask = (name: string) => cluster.reader.get({ kind: 'Pod', namespace: 'shop', name, limits }, signal)
    expect(await ask('nobody')).toEqual({ status: 'not_found' })
    await practice.control.fault({ kind: '403', verb: 'get', resource: 'pods' })
    expect(await ask('nobody')).toMatchObject({
      status: 'forbidden',
      gap: { needs: 'get on pods "nobody" in namespace shop' },
    })
  })

  it('reads events of the newer API where the older one is refused, each once', async () => {
    const read = () => cluster.reader.events({ namespace: 'shop', limits }, signal)
    const core = await read()
    expect(core).toMatchObject({ status: 'ok', items: [{ reason: 'FailedScheduling', count: 1 }] })
    await practice.control.fault({ kind: '403', group: '', resource: 'events' })
    const renamed = await read()
    expect(renamed).toMatchObject({ status: 'ok', items: core.status === 'ok' ? core.items : [] })
  })

  it('uses few connections for many calls', async () => {
    const fresh = connectCluster({ kubeconfig_path: practice.kubeconfig, max_concurrent_calls: 8 })
    await practice.control.resetStats()
    for (let round = 0; round < 6; round++)
      await Promise.all(
        Array.from({ length: 10 }, () => fresh.reader.list({ kind: 'Pod', namespace: 'shop', limits }, signal)),
      )
    const stats = await practice.control.stats()
    await fresh.close()
    expect(stats.requests).toBeGreaterThanOrEqual(60)
    // Ten, and again where the machine is so busy that a kept connection is let go in between.
    expect(stats.tls_handshakes).toBeLessThanOrEqual(20)
  })

  it('uses one connection for calls that follow each other', async () => {
    const fresh = open()
    await practice.control.resetStats()
    for (let call = 0; call < 20; call++) await fresh.reader.list({ kind: 'Pod', namespace: 'shop', limits }, signal)
    const stats = await practice.control.stats()
    await fresh.close()
    expect(stats.tls_handshakes).toBeLessThanOrEqual(2)
  })

  it('throws on abort, also in the middle of a call', async () => {
    const reason = new Error('the run ended')
    const list = (abort: AbortSignal) => cluster.reader.list({ kind: 'Pod', namespace: 'shop', limits }, abort)
    await expect(list(AbortSignal.abort(reason))).rejects.toBe(reason)
    await practice.control.fault({ kind: 'hang', resource: 'pods' })
    const controller = new AbortController()
    const hanging = list(controller.signal)
    controller.abort(reason)
    await expect(hanging).rejects.toBe(reason)
  })

  it('says what the server is', async () => {
    const description = await cluster.reader.describe(signal)
    expect(description.version).toMatch(/^v1\./)
    expect(description.groups).toContain('apps')
    expect(await cluster.serverVersion(signal)).toBe(description.version)
  })
})
