import type { Namespace } from '#src/domain/kubernetes/cluster.ts'
import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import { ago, event, namespace, status } from '#test/helpers/build-cluster.ts'
import { clusterThing, condition, nodeName, nodes, pick, thing, web } from './parts.ts'
import { claim, mounting, volume } from './storage-parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const deleted = (seconds: number, grace = 30) => ({
  deletionTimestamp: ago(seconds),
  deletionGracePeriodSeconds: grace,
})

const terminating = clusterThing<Namespace>('Namespace', namespace, {
  metadata: { deletionTimestamp: ago(1800) },
  spec: { finalizers: ['kubernetes'] },
  status: {
    phase: 'Terminating',
    conditions: [
      condition(
        'NamespaceDeletionDiscoveryFailure',
        'False',
        'ResourcesDiscovered',
        'All resources successfully discovered',
      ),
      condition(
        'NamespaceContentRemaining',
        'True',
        'SomeResourcesRemain',
        'Some resources are remaining: configmaps. has 1 resource instances',
      ),
      condition(
        'NamespaceFinalizersRemaining',
        'True',
        'SomeFinalizersRemain',
        'Some content in the namespace has finalizers remaining: acme.io/backup in 1 resource instances',
      ),
    ],
  },
})
const kept = thing<KubernetesObject>('ConfigMap', 'tenant-state', {
  metadata: { finalizers: ['acme.io/backup'], ...deleted(1790) },
})

const orphanApi = clusterThing<Namespace>('Namespace', namespace, {
  metadata: { deletionTimestamp: ago(3600) },
  spec: { finalizers: ['kubernetes'] },
  status: {
    phase: 'Terminating',
    conditions: [
      condition(
        'NamespaceDeletionDiscoveryFailure',
        'True',
        'DiscoveryFailed',
        'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1',
      ),
    ],
  },
})

const finalized = web('stream', {
  replicas: 1,
  pods: [
    {},
    {
      status: {
        phase: 'Running',
        conditions: [condition('Ready', 'False')],
        containerStatuses: [
          status('stream', {
            ready: false,
            state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: ago(560) } },
          }),
        ],
      },
      meta: { finalizers: ['acme.io/deregister'], ...deleted(600) },
    },
  ],
})

const draining = web('sockets', {
  replicas: 1,
  spec: { terminationGracePeriodSeconds: 600 },
  container: { lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'sleep 590'] } } } },
  pods: [{}, { meta: { ...deleted(-200, 600) } }],
})
const old = draining.filter((each) => each.kind === 'Pod')[1] as Pod

/** Objects that were deleted and stay. */
export const deletionCases: UnseenCase[] = [
  {
    name: 'a namespace that waits for a finalizer inside',
    objects: [...nodes(), terminating, kept],
    roots: [{ at: 'ConfigMap/tenant-state', by: ['finalizer_blocks_deletion'] }],
    words: ['acme.io/backup', 'Terminating', 'finalizer'],
    action: { kinds: ['escalate', 'custom_instruction:remove_finalizer'] },
  },
  {
    name: 'a namespace that waits for an API which does not answer',
    objects: [...nodes(), orphanApi],
    roots: [{ at: `Namespace/${namespace}`, by: ['finalizer_blocks_deletion'] }],
    words: ['Terminating', 'metrics.k8s.io', 'discovery'],
    action: { kinds: ['escalate'] },
  },
  {
    name: 'a claim that was deleted while a workload mounts it',
    objects: [
      ...nodes(),
      ...web('wiki', { spec: mounting('wiki-data') }),
      claim('wiki-data', { volumeName: 'pvc-1' }, 'Bound', deleted(900)),
      volume('pvc-1', 'wiki-data', 'standard'),
    ],
    roots: [{ at: 'PersistentVolumeClaim/wiki-data', by: ['finalizer_blocks_deletion'] }],
    words: ['kubernetes.io/pvc-protection', 'wiki-data', 'wiki', 'Terminating'],
    action: { kinds: ['escalate'] },
  },
  {
    name: 'a pod that waits for its finalizer beside its replacement',
    objects: [...nodes(), ...finalized],
    roots: [{ at: 'Deployment/stream', by: ['finalizer_blocks_deletion'] }],
    words: ['acme.io/deregister', 'finalizer', 'Terminating'],
    action: { kinds: ['escalate', 'custom_instruction:remove_finalizer'] },
  },
  {
    name: 'a pod that takes minutes in its preStop hook',
    objects: [...nodes(), ...draining],
    events: [event(old, 'Killing', 'Stopping container sockets', { type: 'Normal', last_seen: ago(400) })],
    roots: [{ at: 'Deployment/sockets', by: ['termination_slow'] }],
    words: ['preStop', '600', 'Terminating'],
    action: { kinds: ['custom_instruction:patch_lifecycle', 'escalate'] },
  },
  {
    name: 'a pod that is being replaced in the usual way',
    objects: [...nodes(), ...web('shop-front', { pods: [{}, { meta: deleted(-20, 30) }] })],
    events: [event(pick(draining, 'Pod'), 'Scheduled', `assigned to ${nodeName('11')}`, { type: 'Normal' })],
    roots: [],
  },
]
