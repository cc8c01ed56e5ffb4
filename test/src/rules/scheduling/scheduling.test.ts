import { describe, expect, it } from 'vitest'
import { scheduling } from '#src/rules/scheduling/scheduling.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { LimitRange, Node } from '#src/domain/kubernetes/cluster.ts'
import type { Container, KubernetesObject, Pod, PodSpec } from '#src/domain/kubernetes/objects.ts'
import {
  ago,
  clusterView,
  container,
  deployment,
  event,
  namespace,
  node,
  pod,
  type SnapshotOptions,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const unschedulable = (message: string) => ({
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
  containerStatuses: [],
})
const pending = (spec: Partial<PodSpec>, containers: Container[] = [container('api')], message = '', name = 'web') =>
  deployment(name, containers, {
    spec: { nodeName: undefined, ...spec },
    statuses: [],
    podStatus: unschedulable(message),
  })
const judge = (objects: KubernetesObject[], options: SnapshotOptions = {}): FindingDraft[] =>
  scheduling.find(clusterView(objects, options))
const cause = (findings: FindingDraft[]): FindingDraft | undefined =>
  findings.find((finding) => finding.mechanism !== 'unschedulable')
const tainted = (name: string, labels: Record<string, string> = {}): Node =>
  node(name, {
    metadata: { name, uid: `node-${name}`, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] },
  })
const asking = (requests: Record<string, string>) => [container('api', { resources: { requests } })]

describe('src/rules/scheduling/scheduling', () => {
  it.each([1, 2, 5, 40])('names a request that none of %i nodes can hold, and one that fits', (count) => {
    const nodes = Array.from({ length: count }, (_, index) => node(`n-${index}`))
    const found = cause(judge([...pending({}, asking({ memory: '48Gi' })), ...nodes]))
    expect(found?.mechanism).toBe('insufficient_resources')
    expect(missingFacts(found?.statement, 'memory', '48Gi', '8Gi')).toEqual([])
    expect(found?.remedies[0]).toMatchObject({ kind: 'patch_resources', params: { requests: { memory: '6Gi' } } })
  })

  it('asks for a node where the request fits a node that is full', () => {
    const other = pod('other-1', asking({ cpu: '3500m' }), { spec: { nodeName: 'n-1' } })
    const found = cause(judge([...pending({}, asking({ cpu: '1' })), other, node('n-1')]))
    expect(found?.mechanism).toBe('insufficient_resources')
    expect(found?.remedies[0]?.params).toMatchObject({ change: 'add_node' })
  })

  it('takes the scheduler at its word where pods of other namespaces are unseen', () => {
    const message = '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available'
    const found = cause(judge([...pending({}, asking({ cpu: '1' }), message), node('n-1')]))
    expect(found).toMatchObject({ mechanism: 'insufficient_resources', confidence: 0.75 })
    expect(found?.statement).toContain('Insufficient cpu')
  })

  it.each([false, true])(
    'tells a selector from a taint by the nodes, not by the words (nodes reversed: %s)',
    (reversed) => {
      const words =
        "0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) didn't match Pod's node affinity/selector."
      const nodes = [node('n-1'), tainted('n-2', { accelerator: 't4' })]
      const place = reversed ? nodes.toReversed() : nodes
      const byTaint = cause(judge([...place, ...pending({ nodeSelector: { accelerator: 't4' } }, undefined, words)]))
      expect(byTaint?.mechanism).toBe('untolerated_taint')
      expect(missingFacts(byTaint?.statement, 'taint', 'dedicated=gpu:NoSchedule')).toEqual([])
      expect(byTaint?.remedies[0]).toMatchObject({
        kind: 'patch_scheduling',
        params: { toleration: { key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' } },
      })
      const bySelector = cause(judge([...place, ...pending({ nodeSelector: { disktype: 'nvme' } }, undefined, words)]))
      expect(bySelector?.mechanism).toBe('node_selector_mismatch')
      expect(bySelector?.statement).toContain('disktype=nvme')
    },
  )

  it('corrects a selector value towards the one that nodes bear when it looks like a slip', () => {
    const labelled = node('n-1', { metadata: { name: 'n-1', uid: 'a', labels: { disktype: 'nvme' } } })
    const found = cause(judge([labelled, ...pending({ nodeSelector: { disktype: 'nvmee' } })]))
    expect(found?.remedies[0]?.params).toEqual({ nodeSelector: { disktype: 'nvme' } })
  })

  it('offers no toleration for a reserved node that the pods do not ask for', () => {
    const found = cause(judge([tainted('n-1'), tainted('n-2'), ...pending({})]))
    expect(found?.mechanism).toBe('untolerated_taint')
    expect(found?.remedies.map((remedy) => remedy.kind)).toEqual(['custom_instruction'])
  })

  it('names a required node affinity that no node satisfies', () => {
    const terms = [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['eu-9'] }] }]
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } }
    const found = cause(judge([node('n-1'), ...pending({ affinity })]))
    expect(found?.mechanism).toBe('node_affinity_mismatch')
    expect(found?.statement).toContain('topology.kubernetes.io/zone In eu-9')
  })

  it('proposes to end a cordon where the cordoned node alone would do', () => {
    const found = cause(judge([{ ...node('n-1'), spec: { unschedulable: true } }, tainted('n-2'), ...pending({})]))
    expect(found?.mechanism).toBe('node_cordoned')
    expect(found?.remedies[0]).toMatchObject({ kind: 'uncordon', target: { kind: 'Node', name: 'n-1' } })
  })

  it('blames a node that is not in order instead of the pod', () => {
    const sick = { ...node('n-1'), spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }] } }
    const findings = judge([sick, tainted('n-2'), ...pending({})])
    expect(findings).toHaveLength(1)
    expect(findings[0]?.blames[0]?.resource).toEqual({ kind: 'Node', name: 'n-1' })
  })

  it('scales to the nodes that can give a host port', () => {
    const edge = [container('proxy', { ports: [{ containerPort: 80, hostPort: 18080 }] })]
    const waiting = pending({}, edge, '', 'edge')
    const [, set] = waiting
    const holders = ['n-1', 'n-2'].map((name, index) =>
      pod(`edge-run-${index}`, edge, { owner: set, spec: { nodeName: name } }),
    )
    const found = cause(judge([...waiting, ...holders, node('n-1'), node('n-2'), tainted('n-3')]))
    expect(found?.mechanism).toBe('host_port_conflict')
    expect(found?.statement).toContain('18080')
    expect(found?.remedies[0]).toMatchObject({ kind: 'scale', params: { replicas: 2 } })
  })

  it.each([
    ['counts tainted nodes', undefined, [{ nodeTaintsPolicy: 'Honor' }]],
    ['leaves them out', 'Honor', []],
  ])('judges a topology spread that %s', (_, nodeTaintsPolicy, proposed) => {
    const spread = {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
      ...(nodeTaintsPolicy ? { nodeTaintsPolicy } : {}),
    }
    const waiting = pending({ topologySpreadConstraints: [spread] })
    const placed = ['n-1', 'n-2'].map((name, index) =>
      pod(`web-run-${index}`, [container('api')], {
        owner: waiting[1],
        spec: { nodeName: name },
        meta: { labels: { app: 'web' } },
      }),
    )
    const findings = judge([...waiting, ...placed, node('n-1'), node('n-2'), tainted('n-3')])
    expect(findings.map(({ mechanism }) => mechanism)).toContain('unschedulable')
    const found = findings.filter(({ mechanism }) => mechanism !== 'unschedulable')
    expect(found).toMatchObject(
      proposed.map((topologySpread) => ({
        mechanism: 'topology_spread_unsatisfiable',
        remedies: [{ params: { topologySpread } }, {}, {}],
      })),
    )
    const facts = ['maxSkew 1', 'kubernetes.io/hostname', 'nodeTaintsPolicy']
    expect(found.flatMap(({ statement }) => missingFacts(statement, ...facts))).toEqual([])
  })

  it('names an anti-affinity that has no node left', () => {
    const term = { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' }
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }
    const waiting = pending({ affinity })
    const placed = pod('web-run', [container('api')], { owner: waiting[1], spec: { nodeName: 'n-1' } })
    const found = cause(judge([...waiting, placed, node('n-1')]))
    expect(found?.mechanism).toBe('pod_affinity_unsatisfiable')
    expect(missingFacts(found?.statement, 'anti-affinity', 'kubernetes.io/hostname')).toEqual([])
    expect(found?.remedies[0]).toMatchObject({ kind: 'scale', params: { replicas: 1 } })
  })

  it.each([
    ['by uid', (uid: string) => `Preempted by pod ${uid} on node n-1`],
    ['by name', () => `Preempted by ${namespace}/quotes-1 on node n-1`],
  ])('says who preempted the pods, told %s, and asks for room', (_, words) => {
    const waiting = pending({ priorityClassName: 'batch-low' }, asking({ cpu: '3' }))
    const set = waiting[1] as KubernetesObject
    const taker = pod('quotes-1', asking({ cpu: '3' }), { spec: { nodeName: 'n-1', priorityClassName: 'critical' } })
    const gone = { ...set, kind: 'Pod', metadata: { ...set.metadata, name: `${set.metadata.name}-gone`, uid: 'gone' } }
    const events = [event(gone, 'Preempted', words(taker.metadata.uid), { type: 'Normal' })]
    const found = cause(judge([...waiting, taker, node('n-1')], { events }))
    expect(found?.mechanism).toBe('preempted')
    expect(missingFacts(found?.statement, 'batch-low', 'preempted', 'quotes-1', 'critical', 'cpu')).toEqual([])
    expect(found?.remedies[0]?.params).toMatchObject({ change: 'add_node' })
  })

  it('leaves an unbound claim to the rules about volumes and points at it', () => {
    const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'archive' } }]
    const findings = judge([
      ...pending({ volumes }, undefined, 'pod has unbound immediate PersistentVolumeClaims'),
      node('n-1'),
    ])
    expect(findings.map((finding) => finding.mechanism)).toEqual(['unschedulable'])
    expect(findings[0]?.blames[0]?.resource).toMatchObject({ kind: 'PersistentVolumeClaim', name: 'archive' })
  })

  it('names the claim whose volume lives on a node that is gone', () => {
    const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'archive' } }]
    const required = {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['n-9'] }] }],
    }
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'archive', namespace, uid: 'claim' },
      spec: { volumeName: 'local-0' },
      status: { phase: 'Bound' },
    }
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'local-0', uid: 'volume' },
      spec: { nodeAffinity: { required } },
    }
    const found = cause(judge([...pending({ volumes }), claim, volume, node('n-1')]))
    expect(found).toMatchObject({
      mechanism: 'volume_node_conflict',
      resource: { kind: 'PersistentVolumeClaim', name: 'archive' },
    })
    expect(missingFacts(found?.statement, 'local-0', 'n-9')).toEqual([])
  })

  it('waits before it speaks about a scheduling gate', () => {
    const gated = (seconds: number) =>
      deployment('web', [container('api')], {
        spec: { nodeName: undefined, schedulingGates: [{ name: 'acme.io/ready' }] },
        podMeta: { creationTimestamp: ago(seconds) },
        podStatus: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
        },
      })
    expect(judge(gated(10))).toEqual([])
    expect(judge(gated(600))[0]?.statement).toContain('acme.io/ready')
  })

  it('tells pods that no scheduler has looked at', () => {
    const ignored = deployment('web', [container('api')], {
      spec: { nodeName: undefined, schedulerName: 'batch-scheduler' },
      podStatus: { phase: 'Pending', conditions: [] },
    })
    const [found] = judge(ignored)
    expect(found).toMatchObject({ mechanism: 'unschedulable', resource: { kind: 'Deployment', name: 'web' } })
    expect(missingFacts(found?.statement, 'schedulerName', 'batch-scheduler')).toEqual([])
  })

  it('is silent about pods that have a node, are being deleted or have ended', () => {
    const [waiting] = pending({})
    const leaving = { ...waiting, metadata: { ...waiting?.metadata, deletionTimestamp: ago(5) } } as KubernetesObject
    expect(judge([...deployment('ok', [container('api')]), leaving, node('n-1')])).toEqual([])
  })

  it('says the same whatever the order and the names of the objects', () => {
    const world = (name: string) => [
      ...pending({ nodeSelector: { disktype: 'nvme' } }, undefined, '', name),
      node('n-1'),
      tainted('n-2'),
    ]
    const told = (objects: KubernetesObject[], name: string) =>
      judge(objects).map((finding) => finding.statement.replaceAll(name, 'X'))
    expect(told(world('orders').toReversed(), 'orders')).toEqual(told(world('search'), 'search'))
  })

  it('leaves out the scrap that the scheduler adds after an unbound claim', () => {
    const message = '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found'
    const held = pod('store-0', [container('db')], {
      statuses: [],
      spec: { nodeName: undefined },
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
        containerStatuses: [],
      },
    })
    const [found] = scheduling.find(clusterView([held]))
    expect(missingFacts(found?.statement, 'pod has unbound immediate PersistentVolumeClaims')).toEqual([])
    expect(found?.statement).not.toContain('not found')
  })

  const defaults = (figures: { defaultRequest?: Record<string, string> }): LimitRange => ({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'defaults', namespace, uid: 'range' },
    spec: { limits: [{ type: 'Container', ...figures }] },
  })
  /** The template asks for nothing; admission has written the default into the pods. */
  const defaulted = (written: Record<string, string>) =>
    pending({}, [container('api')]).map((object) =>
      object.kind === 'Pod' ? { ...object, spec: { ...(object as Pod).spec, containers: asking(written) } } : object,
    )
  it.each<[string, KubernetesObject[], boolean]>([
    ['gave the request', [...defaulted({ memory: '48Gi' }), defaults({ defaultRequest: { memory: '48Gi' } })], true],
    [
      'speaks of another resource',
      [...defaulted({ memory: '48Gi' }), defaults({ defaultRequest: { cpu: '1' } })],
      false,
    ],
    [
      'gives way to the template',
      [...pending({}, asking({ memory: '48Gi' })), defaults({ defaultRequest: { memory: '1Gi' } })],
      false,
    ],
  ])('names the limit range only where it %s', (_, objects, named) => {
    const found = cause(judge([...objects, node('n-1')]))
    expect(found).toMatchObject({ mechanism: 'insufficient_resources' })
    expect(missingFacts(found?.statement, 'LimitRange defaults')).toHaveLength(named ? 0 : 1)
  })
})
