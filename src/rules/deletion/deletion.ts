import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence, eventEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Namespace } from '#src/domain/kubernetes/cluster.ts'
import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { PersistentVolumeClaim } from '#src/domain/kubernetes/storage.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { formatDuration } from '#src/util/time.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { claimUsers } from '#src/rules/kit/references.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct } from '#src/rules/kit/actions.ts'

/** A deletionTimestamp is the moment when the grace period ends; controllers get a minute on top. */
const graceMs = 60_000

const claimProtection = 'kubernetes.io/pvc-protection'

const slow = 30_000

/** A kubelet that is busy takes a minute or two beyond the grace period. */
const overdueAfterMs = 150_000

/** Objects that were deleted and do not go away: no event reports it, only the finalizer shows it. */
export const deletion = defineRule({
  name: 'deletion',
  finds: {
    finalizer_blocks_deletion: {
      title: 'a finalizer keeps a deleted object from going away',
      category: 'deletion',
      role: 'cause',
      layer: 'environment',
      detected:
        'An object is a minute past its deletion time and a finalizer is left; or a namespace does not go away.',
      from: [
        '.metadata.deletionTimestamp and .metadata.finalizers',
        'Namespace `.status.conditions` (what remains, and APIs that do not answer)',
        'pods and templates that mount a protected claim',
      ],
      suggests: ['escalate', 'custom_instruction'],
      limits:
        "Only objects of kinds that are read can be seen. Whether the controller of a finalizer runs is not looked for; taking a finalizer away by hand is the last step and a person's.",
    },
    termination_slow: {
      title: 'a deleted pod takes its whole grace period',
      category: 'deletion',
      role: 'cause',
      layer: 'container',
      detected:
        'A deleted pod has been busy for half a minute of its grace period; or it is past it by two and a half minutes, with no finalizer left.',
      from: [
        '.metadata.deletionTimestamp and .metadata.deletionGracePeriodSeconds',
        '.spec.containers[].lifecycle.preStop',
        '.status.containerStatuses[].state.running',
        'the node of the pod',
      ],
      suggests: ['escalate', 'custom_instruction'],
      limits: 'A program that drains its connections as it should looks like one that does not listen to SIGTERM.',
    },
  },
  find: (view) => {
    const overdue = Object.values(view.snapshot.objects)
      .flatMap((objects): KubernetesObject[] => objects ?? [])
      .filter((object) => (view.ageOf(object.metadata.deletionTimestamp) ?? 0) > graceMs)
    const held = overdue.filter(
      (object) => object.kind !== 'Namespace' && (object.metadata.finalizers ?? []).length > 0,
    )
    const groups = Map.groupBy(
      held,
      (object) => `${refKey(answerable(view, object))}/${(object.metadata.finalizers ?? []).join(',')}`,
    )
    return [
      ...[...groups.values()].flatMap((group) => describeHeld(view, group)),
      ...view.list('Namespace').flatMap((namespace) => describeNamespace(view, namespace, held)),
      ...view.list('Pod').flatMap((pod) => [...slowPod(view, pod), ...overduePod(view, pod)]),
    ]
  },
})

/** What a person must look at: the workload of a pod, else the object itself. */
function answerable(view: ClusterView, object: KubernetesObject): ResourceRef {
  return object.kind === 'Pod' ? view.workloadOf(object) : refOf(object)
}

function describeHeld(view: ClusterView, group: KubernetesObject[]): FindingDraft[] {
  const [first] = group
  if (!first) return []
  const finalizers = first.metadata.finalizers ?? []
  const resource = answerable(view, first)
  const age = formatDuration(view.ageOf(first.metadata.deletionTimestamp) ?? 0)
  const names = listNames(group.map((object) => object.metadata.name))
  const users = finalizers.includes(claimProtection) ? claimUsers(view, first as PersistentVolumeClaim) : undefined
  const used =
    users && users.workloads.length > 0 ? listNames(users.workloads.map((ref) => `${ref.kind} ${ref.name}`)) : ''
  const why = used ? `${used} still mounts it` : 'its controller has not removed it'
  const place = view.get('Namespace', undefined, first.metadata.namespace ?? '')
  const within = place?.metadata.deletionTimestamp ? ` and with it namespace ${place.metadata.name}` : ''
  const of = resource.name === first.metadata.name ? '' : ` of ${resource.kind} ${resource.name}`
  return [
    draftFinding({
      mechanism: 'finalizer_blocks_deletion',
      resource,
      severity: 'medium',
      confidence: 0.93,
      confidence_reason: 'the object is past its deletion time and only the finalizer is left',
      statement: `${first.kind} ${names}${of} has been Terminating for ${age}: finalizer ${finalizers.join(', ')} keeps it${within}, because ${why}`,
      evidence: group
        .slice(0, 3)
        .map((object) =>
          objectEvidence(
            view.snapshot,
            object,
            '.metadata.finalizers',
            `${object.kind} ${object.metadata.name} was to be gone at ${object.metadata.deletionTimestamp}; finalizers: ${finalizers.join(', ')}`,
          ),
        ),
      affects: group.map(refOf),
      remedies: used ? [releaseClaim(view, resource, used)] : releaseObject(view, resource, first, finalizers),
      since: first.metadata.deletionTimestamp,
    }),
  ]
}

function releaseClaim(view: ClusterView, resource: ResourceRef, users: string): FindingDraft['remedies'][number] {
  return escalate(
    view,
    resource,
    `Claim ${resource.name} was deleted while ${users} uses it: it goes away, with its data, when the last pod that mounts it ends. Was the deletion meant? If not, save the data now.`,
    'the protection does what it is for; only the owner knows whether the data may go',
    `the owners of ${users}`,
  )
}

function releaseObject(
  view: ClusterView,
  resource: ResourceRef,
  object: KubernetesObject,
  finalizers: string[],
): FindingDraft['remedies'] {
  const named = finalizers.join(', ')
  return [
    escalate(
      view,
      resource,
      `The controller of finalizer ${named} has not released ${object.kind} ${object.metadata.name}: is it running, and is its work done?`,
      'the finalizer stands for work that must be done before the object may go',
    ),
    instruct(
      refOf(object),
      'remove_finalizer',
      `Only after the owner confirms that the work of ${named} is done or not needed any more: remove ${named} from metadata.finalizers of ${object.kind} ${object.metadata.name}.`,
      {
        reason: 'the object goes away as soon as no finalizer is left',
        override: { risk: 'high', reversible: false, because: 'What the finalizer protects is lost for good.' },
      },
    ),
  ]
}

function describeNamespace(view: ClusterView, namespace: Namespace, held: KubernetesObject[]): FindingDraft[] {
  const { name } = namespace.metadata
  if ((view.ageOf(namespace.metadata.deletionTimestamp) ?? 0) <= graceMs) return []
  const conditions = (namespace.status?.conditions ?? []).filter((condition) => condition.status === 'True')
  const discovery = conditions.find(({ type }) => type === 'NamespaceDeletionDiscoveryFailure')
  const reported = discovery ? [discovery, ...conditions.filter((each) => each !== discovery)] : conditions
  const remaining = reported.map((condition) => `${condition.reason ?? condition.type}: ${condition.message ?? ''}`)
  const silent = discovery ? silentApis(discovery.message ?? '') : []
  const inside = held.filter((object) => object.metadata.namespace === name)
  const finalizers = [...(namespace.metadata.finalizers ?? []), ...(namespace.spec?.finalizers ?? [])]
  const resource = refOf(namespace)
  return [
    draftFinding({
      mechanism: 'finalizer_blocks_deletion',
      resource,
      severity: 'medium',
      confidence: 0.9,
      confidence_reason: 'the namespace is past its deletion time and still there',
      statement: `Namespace ${name} has been Terminating for ${formatDuration(view.ageOf(namespace.metadata.deletionTimestamp) ?? 0)} (finalizer ${finalizers.join(', ')}): ${remaining.join(' ') || 'its content is not gone'}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          namespace,
          '.status.conditions',
          `Namespace ${name} is Terminating: ${remaining.join(' ')}`,
        ),
      ],
      blames: inside.map((object) => ({
        resource: answerable(view, object),
        because: `${object.kind} ${object.metadata.name} in namespace ${name} does not go away`,
      })),
      remedies: [
        ...silent.map((api) => reviveApi(view, api, name)),
        escalate(
          view,
          resource,
          `What is left in namespace ${name} waits for its finalizers or for an API that does not answer: ${remaining.join(' ').slice(0, 200)} Bring that controller or API back; do not empty spec.finalizers by hand.`,
          'the namespace goes away by itself when its content is gone',
        ),
      ],
      since: namespace.metadata.deletionTimestamp,
    }),
  ]
}

/** API groups that the namespace controller could not list: what lies in them cannot be deleted, so the namespace waits. */
function silentApis(message: string): string[] {
  const named = message.match(/[a-z0-9.-]+\/v\d+(?:(?:alpha|beta)\d+)?(?=[\s:,]|$)/g) ?? []
  return [...new Set(named)].slice(0, 2)
}

function reviveApi(view: ClusterView, api: string, namespace: string): FindingDraft['remedies'][number] {
  const [group = '', version = ''] = api.split('/')
  return escalate(
    view,
    { kind: 'APIService', name: `${version}.${group}` },
    `The API ${api} does not answer, so namespace ${namespace} cannot be emptied: bring the server behind APIService ${version}.${group} back, or remove the APIService if its add-on is gone for good.`,
    'the namespace goes away by itself once every API answers',
    'the platform team',
  )
}

/** Deleted, within its grace period, and still busy: a long preStop hook or a program that does not listen to SIGTERM. */
function slowPod(view: ClusterView, pod: Pod): FindingDraft[] {
  const grace = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30
  const left = -(view.ageOf(pod.metadata.deletionTimestamp) ?? Number.NaN)
  const spent = grace * 1000 - left
  const running = (pod.status?.containerStatuses ?? []).some((status) => status.state?.running)
  if (!running || Number.isNaN(left) || left < 0 || spent < slow || (pod.metadata.finalizers ?? []).length > 0)
    return []
  const hooked = pod.spec.containers.find((container) => container.lifecycle?.preStop)
  const hook = hooked?.lifecycle?.preStop
  const what = hook
    ? `preStop hook of container ${hooked.name} (${hook.exec?.command?.join(' ') ?? (hook.sleep ? `sleep ${hook.sleep.seconds}` : 'httpGet')})`
    : 'program does not end on SIGTERM'
  const resource = view.workloadOf(pod)
  const event = view.eventsOf(pod).find((each) => each.reason === 'Killing')
  return [
    draftFinding({
      mechanism: 'termination_slow',
      resource,
      severity: 'low',
      confidence: 0.75,
      confidence_reason: 'the pod was deleted a while ago and its containers still run',
      statement: `Pod ${pod.metadata.name} of ${resource.kind} ${resource.name} has been Terminating for ${formatDuration(spent)} of its grace period of ${grace} s (terminationGracePeriodSeconds ${grace}): its ${what}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          pod,
          '.metadata.deletionTimestamp',
          `Pod ${pod.metadata.name} may run until ${pod.metadata.deletionTimestamp} (terminationGracePeriodSeconds ${grace})`,
        ),
        ...(event ? [eventEvidence(event)] : []),
      ],
      affects: [refOf(pod)],
      remedies: [
        instruct(
          resource,
          'patch_lifecycle',
          `Shorten the preStop hook or terminationGracePeriodSeconds (${grace}) of ${resource.kind} ${resource.name} to what draining its connections really takes, and let the program end on SIGTERM.`,
          {
            reason: 'each deletion and each rollout waits for it',
            needs: [{ param: 'terminationGracePeriodSeconds', ask: 'How long does a clean stop take?' }],
          },
        ),
      ],
      since: event?.last_seen,
    }),
  ]
}

/** Past its time, with no finalizer left: the kubelet of its node has not ended it, mostly because the node is lost. */
function overduePod(view: ClusterView, pod: Pod): FindingDraft[] {
  const late = view.ageOf(pod.metadata.deletionTimestamp) ?? 0
  const node = pod.spec.nodeName
  if (late <= overdueAfterMs || !node || (pod.metadata.finalizers ?? []).length > 0) return []
  const resource = view.workloadOf(pod)
  const gone = view.existence('Node', undefined, node) === 'absent'
  const { name } = pod.metadata
  return [
    draftFinding({
      mechanism: 'termination_slow',
      resource,
      severity: 'medium',
      confidence: 0.8,
      confidence_reason: 'the pod is past its deletion time and no finalizer is left',
      statement: `Pod ${name} of ${resource.kind} ${resource.name} has been Terminating for ${formatDuration(late)} past its grace period: the kubelet of node ${node}${gone ? ', which does not exist,' : ''} has not ended it`,
      evidence: [
        objectEvidence(
          view.snapshot,
          pod,
          '.metadata.deletionTimestamp',
          `Pod ${name} on node ${node} was to be gone at ${pod.metadata.deletionTimestamp}`,
        ),
      ],
      affects: [refOf(pod)],
      blames: [{ resource: { kind: 'Node', name: node }, because: `node ${node} has not ended the pod` }],
      remedies: [
        escalate(
          view,
          { kind: 'Node', name: node },
          `Pod ${pod.metadata.namespace}/${name} does not end on node ${node}: look at its kubelet and container runtime. Do not force-delete the pod before its processes are surely gone.`,
          'only the node can say that the processes have ended',
          'the platform team',
        ),
      ],
      since: pod.metadata.deletionTimestamp,
    }),
  ]
}
