import { describe, expect, it } from 'vitest'
import { projectObject } from '#src/adapters/kubernetes/kubernetes-cluster-reader.ts'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { createObserver } from '#src/observation/observe.ts'
import type { ObserveRequest } from '#src/observation/port.ts'
import type { ObservationBounds } from '#src/observation/bounded-reads.ts'
import { MemoryClusterReader, type MemoryCluster } from '#test/helpers/memory-cluster-reader.ts'
import { apiSpec, rawMeta, rawPod, smallShop } from '#test/helpers/small-shop.ts'

const now = () => new Date('2026-11-20T10:00:00Z')
const inShop: ObserveRequest = { resource: { kind: 'Deployment', namespace: 'shop', name: 'api' }, namespace: 'shop' }

function project(items: object[]): KubernetesObject[] {
  return items.flatMap((item) => {
    const { kind, apiVersion } = item as KubernetesObject
    return projectObject(kind as ObservedKind, apiVersion, item) ?? []
  })
}

const shop = (ready: boolean, more: object[] = []) => project(smallShop(ready, more).items)

async function observe(
  cluster: MemoryCluster,
  request: ObserveRequest = inShop,
  bounds: Partial<ObservationBounds> = {},
): Promise<{ snapshot: Snapshot; view: ClusterView; asked: string[] }> {
  const reader = new MemoryClusterReader(cluster)
  const snapshot = await createObserver({ reader, bounds, now })(request, new AbortController().signal)
  return { snapshot, view: new ClusterView(snapshot), asked: reader.asked }
}

const event = (message: string, more: Partial<ClusterEvent> = {}): ClusterEvent => ({
  uid: `event ${message}`,
  namespace: 'shop',
  type: 'Warning',
  reason: 'FailedCreate',
  message,
  regarding: { kind: 'ReplicaSet', namespace: 'shop', name: 'api-1' },
  count: 1,
  first_seen: now().toISOString(),
  last_seen: now().toISOString(),
  ...more,
})

const refuse =
  (...refused: string[]): NonNullable<MemoryCluster['refuse']> =>
  (verb, kind) =>
    refused.includes(`${verb} ${kind}`) || refused.includes(kind) ? 'forbidden' : undefined

const elsewhere = (kind: string, name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: rawMeta(name, {}, 'data'),
  ...more,
})
const dataNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: rawMeta('data', {}, '') }
const callsData = (value: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: rawMeta('caller'),
  spec: { replicas: 0, template: { spec: { containers: [{ name: 'c', env: [{ name: 'DB', value }] }] } } },
})

describe('src/observation/observe', () => {
  it('takes a whole namespace and proves what is absent', async () => {
    const { snapshot, view } = await observe({ objects: shop(true) })
    expect(snapshot).toMatchObject({ namespace: 'shop', taken_at: '2026-11-20T10:00:00.000Z', gaps: [], absent: [] })
    expect(snapshot).toMatchObject({ cluster_version: 'v1.36.2', missing_apis: ['metrics.k8s.io'] })
    expect(view.existence('ConfigMap', 'shop', 'settings')).toBe('present')
    expect(view.existence('ConfigMap', 'shop', 'nothing')).toBe('absent')
    expect(view.existence('ConfigMap', 'other', 'nothing')).toBe('unseen')
  })

  it('says that a namespace does not exist', async () => {
    const { snapshot } = await observe({ objects: [] }, { resource: { kind: 'Namespace', name: 'typo' } })
    expect(snapshot.absent).toContain('Namespace//typo')
  })

  it('leaves a gap for a kind that is not read', async () => {
    const resource = { kind: 'Certificate', namespace: 'shop', name: 'tls' }
    const { snapshot } = await observe({ objects: shop(true) }, { resource, namespace: 'shop' })
    expect(snapshot.gaps).toEqual([expect.objectContaining({ what: 'Certificate tls in namespace shop' })])
  })

  describe('with a narrow role', () => {
    const always = ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Service', 'Event', 'Ingress']
    it.each(always)('leaves a gap where %s may not be listed, also when the rest is well', async (kind) => {
      const { snapshot } = await observe({ objects: shop(true), refuse: refuse(kind) })
      expect(snapshot.coverage[`${kind}/shop`]).toBe('unseen')
      expect(snapshot.gaps.map((gap) => gap.needs).join()).toContain(`list on ${kind} in namespace shop`)
    })

    const harmless = ['Secret', 'ConfigMap', 'ServiceAccount', 'Role', 'ResourceQuota', 'LimitRange', 'NetworkPolicy']
    it.each(harmless)('leaves no gap where %s may not be read and every pod is well', async (kind) => {
      const { snapshot } = await observe({ objects: shop(true), refuse: refuse(kind) })
      expect(snapshot.gaps).toEqual([])
      expect(snapshot.coverage[`${kind}/shop`]).toBe('unseen')
    })

    it.each(['Secret', 'ConfigMap'])('leaves a gap where a pod that fails refers to a %s', async (kind) => {
      const { snapshot } = await observe({ objects: shop(false), refuse: refuse(kind) })
      expect(snapshot.gaps.map((gap) => gap.needs)).toEqual([`list on ${kind} in namespace shop`])
    })

    it('reads the names that pods refer to where it may get but not list', async () => {
      const missing = shop(false).filter((object) => object.kind !== 'Secret')
      const { snapshot, view } = await observe({ objects: missing, refuse: refuse('list Secret', 'list ConfigMap') })
      expect(snapshot.gaps).toEqual([])
      expect(view.existence('Secret', 'shop', 'db')).toBe('absent')
      expect(view.existence('ConfigMap', 'shop', 'settings')).toBe('present')
      expect(view.existence('ConfigMap', 'shop', 'other')).toBe('unseen')
    })

    it('finds the owners of pods by name', async () => {
      const refused = refuse('list Deployment', 'list ReplicaSet')
      const { snapshot, view } = await observe({ objects: shop(false), refuse: refused })
      expect(view.existence('Deployment', 'shop', 'api')).toBe('present')
      expect(view.workloadOf(view.list('Pod')[0] as KubernetesObject)).toMatchObject({ kind: 'Deployment' })
      expect(snapshot.gaps.map((gap) => gap.needs)).toContain('list on Deployment in namespace shop')
    })

    it('leaves no gap where a namespace may be looked into but not at', async () => {
      const request = { resource: { kind: 'Namespace', name: 'shop' }, namespace: 'shop' }
      const { snapshot } = await observe({ objects: shop(true), refuse: refuse('Namespace') }, request)
      expect(snapshot.gaps).toEqual([])
    })

    it('leaves a gap for the thing itself where it may not be read', async () => {
      const request = { resource: { kind: 'NetworkPolicy', namespace: 'shop', name: 'deny' }, namespace: 'shop' }
      const { snapshot } = await observe({ objects: shop(true), refuse: refuse('NetworkPolicy') }, request)
      expect(snapshot.gaps.map((gap) => gap.needs)).toEqual([
        'list on NetworkPolicy in namespace shop',
        'get on NetworkPolicy "deny" in namespace shop',
      ])
    })

    it('leaves a gap for nodes only where a pod has no place', async () => {
      const placed = await observe({ objects: shop(false), refuse: refuse('Node') })
      expect(placed.snapshot.gaps).toEqual([])
      const pending = rawPod('api-1-y', false, { spec: apiSpec, status: { phase: 'Pending' } })
      const unplaced = await observe({ objects: shop(false, [pending]), refuse: refuse('Node') })
      expect(unplaced.snapshot.gaps.map((gap) => gap.needs)).toEqual(['list on Node in the cluster'])
    })

    it('tells many refusals of one scope in one gap that names each permission', async () => {
      const { snapshot } = await observe({
        objects: [],
        refuse: (_, kind) => (kind === 'Node' ? undefined : 'forbidden'),
      })
      expect(snapshot.gaps.length).toBeLessThan(6)
      expect(snapshot.gaps.map((gap) => gap.needs).join()).toMatch(/list on Pod, .*Deployment.* in namespace shop/)
    })
  })

  it('tells every failure that is no refusal', async () => {
    for (const status of ['failed', 'timeout', 'unauthorized', 'unreachable'] as const) {
      const { snapshot } = await observe({
        objects: shop(true),
        refuse: (_, kind) => (kind === 'Role' ? status : undefined),
      })
      expect(snapshot.gaps).toHaveLength(1)
    }
  })

  it('gives up early and says one thing where the cluster is out of reach', async () => {
    const { snapshot, asked } = await observe({ objects: shop(true), refuse: () => 'unreachable' }, inShop, {
      concurrency: 2,
    })
    expect(snapshot.gaps).toEqual([expect.objectContaining({ what: 'the cluster' })])
    expect(Object.values(snapshot.coverage)).not.toContain('complete')
    expect(asked.length).toBeLessThan(8)
  })

  it('marks what a bound cut as partial and says so', async () => {
    const pods = Array.from({ length: 20 }, (_, index) => rawPod(`extra-${index}`, true))
    const { snapshot, view } = await observe({ objects: shop(true, pods) }, inShop, { max_objects_per_kind: 10 })
    expect(snapshot.objects.Pod).toHaveLength(10)
    expect(view.existence('Pod', 'shop', 'extra-19')).toBe('unseen')
    expect(snapshot.gaps.map((gap) => gap.why)).toContain('more than 10 objects')
  })

  it('stops at the bound on bytes of the whole observation', async () => {
    const { snapshot } = await observe({ objects: shop(true) }, inShop, { max_bytes: 150, concurrency: 1 })
    expect(snapshot.gaps.map((gap) => gap.why).join()).toContain('the bound of 150 bytes')
  })

  it('cuts long values of config maps', async () => {
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: rawMeta('big'), data: { text: 'x'.repeat(500) } }
    const { view } = await observe({ objects: shop(true, [map]) }, inShop, { max_config_value_characters: 100 })
    expect(view.get('ConfigMap', 'shop', 'big')?.data?.['text']).toMatch(/^x{100}\n\[cut, 500 characters\]$/)
  })

  it('throws on abort, with the reason of the caller', async () => {
    const reason = new Error('the run ended')
    const reader = new MemoryClusterReader({ objects: shop(true) })
    await expect(createObserver({ reader })(inShop, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('reads ingress classes only where there is an ingress', async () => {
    const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: rawMeta('web'), spec: {} }
    expect((await observe({ objects: shop(true) })).asked).not.toContain('list IngressClass/')
    const { snapshot } = await observe({ objects: shop(true, [ingress]), refuse: refuse('IngressClass') })
    expect(snapshot.gaps.map((gap) => gap.needs)).toEqual(['list on IngressClass in the cluster'])
  })

  describe('beyond the namespace', () => {
    const database = [
      dataNamespace,
      elsewhere('Service', 'db', { spec: { selector: { app: 'db' } } }),
      elsewhere('Service', 'stranger', { spec: { selector: { app: 'other' } } }),
      elsewhere('Pod', 'db-0', { metadata: rawMeta('db-0', { labels: { app: 'db' } }, 'data'), spec: apiSpec }),
      elsewhere('Pod', 'other-0', {
        metadata: rawMeta('other-0', { labels: { app: 'other' } }, 'data'),
        spec: apiSpec,
      }),
    ]
    const addresses = [
      'postgres://u:p@db.data.svc.cluster.local:5432/x',
      'http://db.data.svc',
      'db.data:5432',
      'db.data',
    ]
    it.each(addresses)('follows %s to the service and its pods, and leaves strangers alone', async (address) => {
      const { view } = await observe({ objects: shop(true, [...database, callsData(address)]) })
      expect(view.get('Service', 'data', 'db')).toBeDefined()
      expect(view.get('Pod', 'data', 'db-0')).toBeDefined()
      expect(view.get('Pod', 'data', 'other-0')).toBeUndefined()
      expect(view.existence('Pod', 'data', 'other-0')).toBe('unseen')
    })

    it('proves that a service that is called does not exist', async () => {
      const { view } = await observe({ objects: shop(true, [dataNamespace, callsData('cache.data.svc:6379')]) })
      expect(view.existence('Service', 'data', 'cache')).toBe('absent')
    })

    it('takes a host outside the cluster for no service', async () => {
      const { snapshot } = await observe({ objects: shop(true, [callsData('https://example.com/x')]) })
      expect(snapshot.absent.filter((key) => key.startsWith('Service/'))).toEqual([])
      expect(snapshot.gaps).toEqual([])
    })

    it('proves that a service has no pods', async () => {
      const lonely = elsewhere('Service', 'lonely', { spec: { selector: { app: 'nobody' } } })
      const { view } = await observe({ objects: shop(true, [...database, lonely, callsData('lonely.data.svc')]) })
      expect(view.covers('Pod', 'data')).toBe(true)
    })

    it('leaves a gap where a service that is called may not be looked up and something fails', async () => {
      const objects = shop(false, [...database, callsData('db.data.svc')])
      const { snapshot } = await observe({
        objects,
        refuse: (_, kind, space) => (space === 'data' ? 'forbidden' : undefined),
      })
      expect(snapshot.gaps.map((gap) => gap.needs)).toEqual(['get on Service "db" in namespace data'])
    })

    it('says which namespaces a bound left out', async () => {
      const objects = shop(true, [...database, callsData('db.data.svc')])
      const { snapshot, view } = await observe({ objects }, inShop, { max_other_namespaces: 0 })
      expect(view.get('Pod', 'data', 'db-0')).toBeUndefined()
      expect(snapshot.gaps.map((gap) => gap.why)).toEqual(['more than 0 other namespaces'])
      const wider = [{ kind: 'Pod', namespace: 'data', name: 'db-0' }]
      const asked = await observe({ objects }, { ...inShop, wider }, { max_other_namespaces: 0 })
      expect(asked.snapshot.gaps.map((gap) => gap.why)).toEqual(['more than 0 other namespaces'])
    })

    const configuration = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: rawMeta('guard', {}, ''),
      webhooks: [{ name: 'pods.guard.io', clientConfig: { service: { namespace: 'data', name: 'db' } } }],
    }
    const failing = event('Internal error occurred: failed calling webhook "pods.guard.io": no endpoints available')

    it('follows an event that names a webhook to its service', async () => {
      const { view } = await observe({ objects: shop(false, [configuration, ...database]), events: [failing] })
      expect(view.list('ValidatingWebhookConfiguration')).toHaveLength(1)
      expect(view.get('Service', 'data', 'db')).toBeDefined()
    })

    it('leaves a gap where the webhook that an event names cannot be looked up', async () => {
      const { snapshot } = await observe({
        objects: shop(false),
        events: [failing],
        refuse: refuse('ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'),
      })
      expect(snapshot.gaps.map((gap) => gap.needs)).toContain('list on ValidatingWebhookConfiguration in the cluster')
    })

    it('finds the pod that took the place of another by node and uid, and no other', async () => {
      const place = { spec: { ...apiSpec, nodeName: 'node-1' } }
      const rush = elsewhere('Pod', 'rush', { metadata: rawMeta('rush', { uid: 'uid-rush' }, 'data'), ...place })
      const calm = elsewhere('Pod', 'calm', { metadata: rawMeta('calm', {}, 'data'), ...place })
      const told = event('Preempted by pod uid-rush on node node-1', { reason: 'Preempted' })
      const { view } = await observe({ objects: shop(false, [rush, calm]), events: [told] })
      expect(view.get('Pod', 'data', 'rush')).toBeDefined()
      expect(view.get('Pod', 'data', 'calm')).toBeUndefined()
    })

    it('reads the events of nodes that are not well', async () => {
      const conditions = [{ type: 'Ready', status: 'Unknown' }]
      const node = {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: rawMeta('node-2', {}, ''),
        status: { conditions },
      }
      const { asked } = await observe({ objects: shop(true, [node]) })
      expect(asked).toContain('list Event/default')
    })

    it('reads what the diagnosis asks for in addition', async () => {
      const wider = [{ kind: 'Service', namespace: 'data', name: 'db' }]
      const { view } = await observe({ objects: shop(true, database) }, { ...inShop, wider })
      expect(view.get('Pod', 'data', 'db-0')).toBeDefined()
    })
  })

  it('reads a node, the pods on it and its events for an incident about the node', async () => {
    const resource = { kind: 'Node', name: 'node-1' }
    const { snapshot, view } = await observe({ objects: shop(true) }, { resource })
    expect(snapshot.namespace).toBeUndefined()
    expect(view.get('Node', undefined, 'node-1')).toBeDefined()
    expect(view.get('Pod', 'shop', 'api-1-x')).toBeDefined()
  })

  describe('what only some incidents turn on', () => {
    const groups = ['gateway.networking.k8s.io', 'apiregistration.k8s.io']
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: rawMeta('front'),
      spec: { parentRefs: [{ name: 'edge', namespace: 'data' }] },
    }
    const edge = elsewhere('Gateway', 'edge', { spec: { gatewayClassName: 'acme' } })

    it('follows routes to gateways and classes where the API is installed', async () => {
      const { asked, view, snapshot } = await observe({ objects: shop(true, [route, edge]), groups })
      expect(asked).toContain('get Gateway/data/edge')
      expect(view.existence('GatewayClass', undefined, 'acme')).toBe('absent')
      expect(snapshot.gaps).toEqual([])
    })

    it('asks for no gateways where it is not', async () => {
      const { asked } = await observe({ objects: shop(true) })
      expect(asked.filter((each) => /Gateway|HTTPRoute|Lease|VolumeAttachment|CSINode|APIService/.test(each))).toEqual(
        [],
      )
    })

    it('asks who wrote the fields of a workload that is not well and of its config maps, and of nothing else', async () => {
      const { asked, view, snapshot } = await observe({ objects: shop(false), refuse: refuse('get ConfigMap') })
      expect(asked.filter((each) => /^get (Deployment|ConfigMap)/.test(each))).toEqual([
        'get Deployment/shop/api',
        'get ConfigMap/shop/settings',
      ])
      expect(view.existence('ConfigMap', 'shop', 'settings')).toBe('present')
      expect(snapshot.gaps).toEqual([])
      const well = await observe({ objects: shop(true) })
      expect(well.asked.filter((each) => /^get (Deployment|ConfigMap)/.test(each))).toEqual([])
    })

    it('makes refused routes a gap', async () => {
      const { snapshot } = await observe({ objects: shop(true), groups, refuse: refuse('list HTTPRoute') })
      expect(snapshot.gaps).toMatchObject([{ needs: expect.stringContaining('HTTPRoute') }])
    })

    const node = (status: string, minutes: number, name = 'n1') => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: rawMeta(name, {}, ''),
      status: {
        conditions: [
          { type: 'Ready', status, lastHeartbeatTime: new Date(now().getTime() - minutes * 60_000).toISOString() },
        ],
      },
    })
    it.each([
      ['a node that is not ready', 'Unknown', 2, 2, true],
      ['a node that has not reported while others do', 'True', 20, 2, true],
      ['no node where none is in step: it is the clock of the picture', 'True', 20, 20, false],
      ['no node that is well', 'True', 2, 2, false],
    ])('reads the lease of %s', async (_, status, minutes, others, wanted) => {
      const { asked } = await observe({ objects: shop(true, [node(status, minutes), node('True', others, 'n2')]) })
      expect(asked.includes('get Lease/kube-node-lease/n1')).toBe(wanted)
    })

    it('misses a lease only where it could change the verdict', async () => {
      const ready = await observe({
        objects: shop(true, [node('True', 20), node('True', 2, 'n2')]),
        refuse: refuse('Lease'),
      })
      expect(ready.snapshot.gaps).toMatchObject([{ needs: expect.stringContaining('Lease') }])
      const lost = await observe({ objects: shop(true, [node('Unknown', 20)]), refuse: refuse('Lease') })
      expect(lost.snapshot.gaps).toEqual([])
    })

    it('looks for attachments of the own claims where attaching fails', async () => {
      const attached = (name: string, volume: string) => ({
        apiVersion: 'storage.k8s.io/v1',
        kind: 'VolumeAttachment',
        metadata: rawMeta(name, {}, ''),
        spec: { nodeName: 'n2', source: { persistentVolumeName: volume } },
      })
      const claim = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: rawMeta('data'),
        spec: { volumeName: 'pv-1' },
        status: { phase: 'Bound' },
      }
      const objects = shop(true, [claim, attached('a', 'pv-1'), attached('b', 'pv-2')])
      const failed = event('Multi-Attach error for volume "pv-1"', { reason: 'FailedAttachVolume' })
      const { view } = await observe({ objects, events: [failed] })
      expect(view.list('VolumeAttachment').map(({ metadata }) => metadata.name)).toEqual(['a'])
    })

    it('asks for the API that an autoscaler waits for', async () => {
      const scaler = {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: rawMeta('api'),
        spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'api' } },
        status: {
          conditions: [
            {
              type: 'ScalingActive',
              status: 'False',
              reason: 'FailedGetResourceMetric',
              message: 'unable to fetch metrics from resource metrics API: the server is currently unable',
            },
          ],
        },
      }
      const { asked } = await observe({ objects: shop(true, [scaler]), groups })
      expect(asked).toContain('get APIService//v1beta1.metrics.k8s.io')
    })
  })
})
