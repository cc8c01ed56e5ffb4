import type { Remedy } from '#src/domain/action.ts'
import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { instruct } from '#src/rules/kit/actions.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { type Candidate, type Floor, type Misfit, nodeFit, type Predicate } from '#src/rules/kit/placement/node-fit.ts'

/** One workload that waits for a node, with what binds it: what the rules about single constraints are given. */
export interface PendingCase {
  waiting: PendingPods
  /** A pod that stands for the others: they come from one template. */
  pod: Pod
  floor: Floor
  constraint: Constraint
}

/** What such a rule answers; resource, severity, evidence and affected pods are the same for all of them. */
export type PendingCause = Pick<FindingDraft, 'mechanism' | 'statement' | 'remedies'> &
  Partial<Pick<FindingDraft, 'blames' | 'resource' | 'confidence' | 'confidence_reason'>>

/** The pods of one workload that the scheduler cannot place (or that a gate holds back), and its own account. */
export interface PendingPods {
  workload: ResourceRef
  pods: Pod[]
  reason: string
  message: string
  since?: string
}

/** Pods without a node, by workload: the state says so, events may be long gone. */
export function pendingPods(view: ClusterView): PendingPods[] {
  const waiting = view.list('Pod').flatMap((pod) => {
    const scheduled = conditionOf(pod, 'PodScheduled')
    if (pod.spec.nodeName || pod.metadata.deletionTimestamp || scheduled?.status !== 'False') return []
    return [{ pod, scheduled }]
  })
  const groups = Map.groupBy(waiting, ({ pod, scheduled }) => `${refKey(view.workloadOf(pod))}/${scheduled.reason}`)
  return [...groups.values()].flatMap((group) => {
    const first = group[0]
    if (!first) return []
    const latest = view.eventsOf(first.pod).find((event) => event.reason === 'FailedScheduling')
    return [
      {
        workload: view.workloadOf(first.pod),
        pods: group.map(({ pod }) => pod),
        reason: first.scheduled.reason ?? '',
        message: first.scheduled.message ?? latest?.message ?? '',
        since: group.map(({ scheduled }) => scheduled.lastTransitionTime ?? '').toSorted()[0],
      },
    ]
  })
}

/** What keeps a pod from every node that could take it. */
export interface Constraint {
  /** `node_trouble`: nodes that would take it are not ready or under pressure. */
  predicate: Predicate | 'node_trouble'
  /** The misfits of that predicate, and the nodes that have them. */
  misfits: Misfit[]
  nodes: Node[]
  /** Nodes that a taint or a cordon closes, with what closes them. */
  closed: { node: Node; misfits: Misfit[] }[]
  /** True where only the scheduler's words say so and the snapshot shows no reason. */
  reported: boolean
}

interface NodePlacement {
  node: Node
  misfits: Misfit[]
}

const crowding: Predicate[] = ['spread', 'host_port', 'pod_affinity', 'resources']
const reported: [RegExp, Predicate][] = [
  [/persistentvolume's node affinity|volume node affinity conflict/i, 'volume'],
  [/topology spread constraints/i, 'spread'],
  [/free ports/i, 'host_port'],
  [/pod (anti-)?affinity|anti-affinity rules/i, 'pod_affinity'],
  [/insufficient \S+|too many pods/i, 'resources'],
  [/node affinity\/selector|node selector/i, 'selector'],
  [/were unschedulable/i, 'cordon'],
  [/untolerated taint/i, 'taint'],
]

/**
 * Reads the nodes one by one and names what binds. Labels come first, for nothing else matters on a node that is not meant; then
 * what closes the meant nodes; then what is taken on the open ones. `message` is the scheduler's own account, the last resort.
 */
export function bindingConstraint(pod: Candidate, floor: Floor, message: string): Constraint | undefined {
  const placements = floor.nodes.map((node) => ({ node, misfits: nodeFit(pod, node, floor) }))
  const closed = placements
    .map((placement) => ({ node: placement.node, misfits: placement.misfits.filter(isClosing) }))
    .filter((placement) => placement.misfits.length > 0)
  const bind = (predicate: Constraint['predicate'], among: NodePlacement[], by: Predicate[]): Constraint => {
    const bound = among.filter((placement) => has(placement, ...by))
    const misfits = bound.flatMap((placement) => placement.misfits.filter((misfit) => by.includes(misfit.predicate)))
    return { predicate, misfits, nodes: bound.map((placement) => placement.node), closed, reported: false }
  }
  if (placements.length === 0) return reportedReasons(message).length === 1 ? fromMessage(message, closed) : undefined
  const labelled = placements.filter((placement) => !has(placement, 'selector', 'affinity'))
  if (labelled.length === 0) {
    const kind =
      placements.every((placement) => has(placement, 'selector')) ||
      !placements.every((placement) => has(placement, 'affinity'))
    return kind ? bind('selector', placements, ['selector']) : bind('affinity', placements, ['affinity'])
  }
  const meant = labelled.filter((placement) => !has(placement, 'volume'))
  if (meant.length === 0) return bind('volume', labelled, ['volume'])
  if (meant.every((placement) => has(placement, 'resources'))) return bind('resources', meant, ['resources'])
  return bindOpen(meant, bind, message) ?? fromMessage(message, closed)
}

type Bind = (predicate: Constraint['predicate'], among: NodePlacement[], by: Predicate[]) => Constraint

function bindOpen(meant: NodePlacement[], bind: Bind, message: string): Constraint | undefined {
  const open = meant.filter((placement) => !placement.misfits.some(isClosing))
  if (open.some((placement) => placement.misfits.length === 0)) return undefined
  const onlyClosed = meant.filter((placement) => placement.misfits.every(isClosing))
  const troubled = onlyClosed.filter((placement) => placement.misfits.every(isNodeTrouble))
  if (troubled.length > 0) return bind('node_trouble', troubled, ['taint', 'cordon'])
  const cordoned = onlyClosed.filter((placement) => !has(placement, 'taint'))
  if (cordoned.length > 0) return bind('cordon', cordoned, ['cordon'])
  if (open.length === 0) return bind('taint', onlyClosed.length > 0 ? onlyClosed : meant, ['taint'])
  const counted = crowding.map((predicate) => ({
    predicate,
    nodes:
      open.filter((placement) => has(placement, predicate)).length +
      (reportedPredicate(message) === predicate ? 0.5 : 0),
  }))
  const worst = counted.toSorted((left, right) => right.nodes - left.nodes)[0]
  return worst && bind(worst.predicate, open, [worst.predicate])
}

function has(placement: NodePlacement, ...predicates: Predicate[]): boolean {
  return placement.misfits.some((misfit) => predicates.includes(misfit.predicate))
}

function isClosing(misfit: Misfit): boolean {
  return misfit.predicate === 'taint' || misfit.predicate === 'cordon'
}

/** Taints that the node controller sets on a sick node: the node is to be healed, not the pod changed. */
function isNodeTrouble(misfit: Misfit): boolean {
  return misfit.predicate === 'taint' && /^node\.(kubernetes|cloudprovider\.kubernetes)\.io\//.test(misfit.key)
}

function reportedPredicate(message: string): Predicate | undefined {
  return reported.find(([pattern]) => pattern.test(message))?.[1]
}

/** Other pods may be unseen: then the scheduler's words decide, among which a shortage says more than a closed node. */
/** Where the nodes are unseen and several reasons are given, which of them binds cannot be known. */
function reportedReasons(message: string): Predicate[] {
  return reported.flatMap(([pattern, predicate]) => (pattern.test(message) ? [predicate] : []))
}

function fromMessage(message: string, closed: Constraint['closed']): Constraint | undefined {
  const predicate = reportedPredicate(message)
  if (!predicate) return undefined
  const key = /insufficient ([\w./-]+?)[.,]?(?:\s|$)/i.exec(message)?.[1]
  const crowded = /too many pods/i.test(message) ? 'pods' : undefined
  const misfits: Misfit[] = predicate === 'resources' ? [{ predicate, key: key ?? crowded ?? 'resources' }] : []
  return { predicate, misfits, nodes: [], closed, reported: true }
}

/** Ask for a node that takes the pods. `demand` says what it must have: `requests memory 48Gi`. */
export function addNode(demand: string, reason: string): Remedy {
  return instruct(
    { kind: 'NodePool', name: 'any' },
    'add_node',
    `Add a node (or enlarge a node pool) that offers: ${demand}. The pending pods are then placed by themselves.`,
    { reason },
  )
}

/** The nodes that a taint or a cordon closes, as the end of a sentence; empty where there are none. */
export function describeClosed(closed: Constraint['closed']): string {
  if (closed.length === 0) return ''
  const reasons = closed.flatMap(({ misfits }) =>
    misfits.map((misfit) =>
      misfit.predicate === 'cordon'
        ? 'a cordon'
        : `taint ${misfit.key}${misfit.wanted ? `=${misfit.wanted}` : ''}:${misfit.effect}`,
    ),
  )
  return `; ${closed.length} ${closed.length === 1 ? 'node is' : 'nodes are'} closed by ${listNames(reasons)}`
}

/** An amount of a resource as people write it: `9.4Gi`, `1800m`, `3`. */
export function describeAmount(resource: string, amount: number): string {
  if (resource.endsWith('cpu')) return `${Math.round(amount * 1000)}m`
  if (!/memory|storage|hugepages/.test(resource)) return String(amount)
  const mebibytes = amount / 2 ** 20
  return mebibytes >= 1024 ? `${Math.floor((mebibytes / 1024) * 10) / 10}Gi` : `${Math.floor(mebibytes)}Mi`
}

const graceMs = 30_000
const usual = 'default-scheduler'

/** Pods that no scheduler has even looked at: no node, no condition, no event. Mostly the named scheduler does not run. */
export function unnoticed(view: ClusterView): FindingDraft[] {
  const pods = view.list('Pod').filter((pod) => {
    if (pod.spec.nodeName || pod.metadata.deletionTimestamp || pod.status?.phase !== 'Pending') return false
    return !conditionOf(pod, 'PodScheduled') && (view.ageOf(pod.metadata.creationTimestamp) ?? 0) > graceMs
  })
  const groups = [...Map.groupBy(pods, (pod) => refKey(view.workloadOf(pod))).values()]
  return groups.flatMap((group) => {
    const [pod] = group
    if (!pod) return []
    const workload = view.workloadOf(pod)
    const scheduler = pod.spec.schedulerName ?? usual
    return [
      draftFinding({
        mechanism: 'unschedulable',
        resource: workload,
        severity: severityOf(view, workload),
        confidence: 0.85,
        confidence_reason: 'no scheduler has set PodScheduled or written an event',
        statement: `${group.length} pods of ${workload.kind} ${workload.name} are Pending and no scheduler has looked at them: schedulerName ${scheduler} ${scheduler === usual ? 'does not answer' : 'is not the default-scheduler and does not seem to run'}`,
        evidence: group
          .slice(0, 3)
          .map((each) =>
            objectEvidence(
              view.snapshot,
              each,
              '.spec.schedulerName',
              `Pod ${each.metadata.name} has schedulerName ${scheduler} and no condition PodScheduled`,
            ),
          ),
        affects: [workload, ...group.map(refOf)],
        remedies: [
          instruct(
            scheduler === usual ? { kind: 'Addon', name: 'kube-scheduler' } : workload,
            scheduler === usual ? 'repair_scheduler' : 'patch_scheduler_name',
            scheduler === usual
              ? 'Look at the kube-scheduler of the control plane: it has not looked at these pods.'
              : `Set schedulerName of ${workload.kind} ${workload.name} to default-scheduler, or bring the scheduler ${scheduler} up.`,
            { reason: 'a pod waits for the scheduler that it names' },
          ),
        ],
        since: pod.metadata.creationTimestamp,
      }),
    ]
  })
}
