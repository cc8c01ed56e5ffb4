import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Condition, Node, Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { Analyzer } from '#src/rules/rule.ts'
import { conditionOf } from '#src/rules/kit/condition-of.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { evictedPods } from './evicted-pods.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { isPodReady } from '#src/rules/kit/is-pod-ready.ts'
import { listNames } from '#src/rules/kit/list-names.ts'
import { leaseOf } from './lease-of.ts'
import { nodeReports } from './node-reports.ts'
import { tellSilence } from './tell-silence.ts'

const culprits: Record<string, string> = {
  DiskPressure: 'what fills its disk (images, logs, a pod that writes without limits)',
  MemoryPressure: 'what takes its memory (pods without limits, processes beside the kubelet)',
  PIDPressure: 'what takes its process ids (a pod that forks without end, zombies that nobody reaps)',
}

/** Conditions that mean trouble when True. Conditions of other makers are not judged: their sense is theirs. */
const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']

/** Nodes that are not ready or under pressure, with the pods that suffer from it. */
export const nodes: Analyzer = (view) =>
  view.list('Node').flatMap((node) => {
    const ready = conditionOf(node, 'Ready')
    if (ready && ready.status !== 'True') return [notReady(view, node, ready)]
    const pressed = pressures.flatMap((type) => {
      const condition = conditionOf(node, type)
      return condition?.status === 'True' ? [underPressure(view, node, condition)] : []
    })
    return [...pressed, ...nodeReports(view, node)]
  })

/** A lost node still shows its pods Running; their Ready condition is what tells, and the incident's pods are what matters. */
function podsOn(view: ClusterView, node: Node): { pods: Pod[]; workloads: ResourceRef[] } {
  const pods = view
    .list('Pod')
    .filter((pod) => pod.spec.nodeName === node.metadata.name && pod.status?.phase !== 'Succeeded' && !isPodReady(pod))
  const workloads = pods.map((pod) => view.workloadOf(pod))
  return { pods, workloads: [...new Map(workloads.map((ref) => [refKey(ref), ref])).values()] }
}

function evidenceFor(view: ClusterView, node: Node, condition: Condition) {
  const event = view
    .eventsOf(node)
    .find((each) => /NodeNotReady|NodeHasDiskPressure|NodeHasInsufficient|Evict/.test(each.reason))
  return [
    objectEvidence(
      view.snapshot,
      node,
      `.status.conditions[?(@.type=="${condition.type}")]`,
      `Node ${node.metadata.name}: ${condition.type} ${condition.status}, ${condition.reason}: ${condition.message ?? ''}`,
    ),
    ...(event ? [eventEvidence(event)] : []),
  ]
}

function notReady(view: ClusterView, node: Node, ready: Condition): FindingDraft {
  const { pods, workloads } = podsOn(view, node)
  const { name } = node.metadata
  const words = (ready.message ?? ready.reason ?? '').replace(/\.$/, '')
  const beat = leaseOf(view, node)
  const silent = ready.status === 'Unknown' ? `unreachable, ${words}` : words
  const heard = beat && ready.status === 'Unknown' ? `; ${tellSilence(view, node, beat)}` : ''
  const hit =
    workloads.length > 0
      ? `; pods of ${listNames(workloads.map((ref) => `${ref.kind} ${ref.name}`))} there are not ready`
      : ''
  return draftFinding({
    mechanism: 'node_not_ready',
    resource: refOf(node),
    severity: pods.length > 0 ? 'high' : 'medium',
    confidence: 0.95,
    confidence_reason: 'the node condition Ready is not True',
    statement: `Node ${name} is not ready (NotReady, Ready ${ready.status}: ${ready.reason}): ${silent.slice(0, heard ? 60 : 150)}${heard}${hit}`,
    evidence: [...evidenceFor(view, node, ready), ...(beat ? [beat.evidence] : [])],
    affects: [...pods.map(refOf), ...workloads],
    remedies: [
      escalate(
        refOf(node),
        'the platform team',
        `Node ${name} is not ready (${ready.reason}): look at the machine, its kubelet and its network. Do not force-delete its pods before the node is surely off.`,
        'a node is mended outside the cluster',
      ),
      {
        kind: 'cordon',
        target: refOf(node),
        params: {},
        reason: 'nothing new is placed there while its machine, kubelet or network is looked at; undone by uncordon',
        risk: 'low',
        reversible: true,
      },
    ],
    since: ready.lastTransitionTime,
  })
}

/** Who had to go, and what the kubelet says of its use: often, not always, the one that filled the node. */
function thrownOut(view: ClusterView, node: Node): string {
  const evicted = evictedPods(view).filter(({ object }) => object?.spec.nodeName === node.metadata.name)
  if (evicted.length === 0) return ''
  const workloads = listNames(
    evicted.map(({ workload }) => `${workload.kind} ${workload.name}`),
    2,
  )
  const uses = evicted.flatMap(
    ({ message }) =>
      /on resource: ([\w-]+).*?([Cc]ontainer \S+ was using \S+, request is [^\s,]+)/s.exec(message) ?? [],
  )
  const told = uses.length > 0 ? ` for ${uses[1]} (${uses[2]})` : ''
  return `; the kubelet evicted pods of ${workloads}${told}`
}

function underPressure(view: ClusterView, node: Node, condition: Condition): FindingDraft {
  const { pods, workloads } = podsOn(view, node)
  const { name } = node.metadata
  return draftFinding({
    mechanism: 'node_pressure',
    resource: refOf(node),
    severity: pods.length > 0 ? 'high' : 'medium',
    confidence: 0.9,
    confidence_reason: 'the kubelet reports it',
    statement: `Node ${name} reports ${condition.type} (${condition.reason}): ${(condition.message ?? '').slice(0, 80)}${thrownOut(view, node)}`,
    evidence: evidenceFor(view, node, condition),
    affects: [...pods.map(refOf), ...workloads],
    remedies: [
      escalate(
        refOf(node),
        'the platform team',
        `Node ${name} reports ${condition.type}: find ${culprits[condition.type] ?? 'what fills it'} and free it.`,
        'what fills the node may belong to any namespace',
      ),
      {
        kind: 'cordon',
        target: refOf(node),
        params: {},
        reason: 'nothing new is placed there until it is relieved; undone by uncordon',
        risk: 'low',
        reversible: true,
      },
    ],
    since: condition.lastTransitionTime,
  })
}
