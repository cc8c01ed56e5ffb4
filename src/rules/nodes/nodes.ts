import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { Condition, Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { evictedPods } from './evicted-pods.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { formatDuration } from '#src/util/time.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import { defineRule } from '#src/rules/rule.ts'
import { cordon, escalate } from '#src/rules/kit/actions.ts'

const culprits: Record<string, string> = {
  DiskPressure: 'what fills its disk (images, logs, a pod that writes without limits)',
  MemoryPressure: 'what takes its memory (pods without limits, processes beside the kubelet)',
  PIDPressure: 'what takes its process ids (a pod that forks without end, zombies that nobody reaps)',
}

/** Conditions that mean trouble when True. Conditions of other makers are not judged: their sense is theirs. */
const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']

/** A kubelet writes its conditions at least every five minutes, whatever its lease says. */
const silentAfterMs = 15 * 60_000

const fresh = 6 * 60_000

const skew = 2 * 60_000

/** What the node problem detector calls a clock that is not kept. */
const clockConditions = ['NTPProblem', 'ClockSkew', 'TimeSyncProblem']

/** Nodes that fall silent within this time of each other have one cause. */
const together = 60_000

/** The heartbeat of a kubelet, as its lease has it. */
interface Heartbeat {
  /** Milliseconds since it was last renewed. */
  age: number
  renewed: string
  /** Renewed within its time and a little more: the kubelet lives and reaches the API server. */
  isFresh: boolean
  evidence: EvidenceDraft
}

const usualSeconds = 40

/** Nodes that are not ready or under pressure, with the pods that are affected. */
export const nodes = defineRule({
  name: 'nodes',
  finds: {
    node_not_ready: {
      title: 'a node is not ready',
      category: 'node',
      role: 'cause',
      layer: 'platform',
      detected: 'The condition Ready of a node is not True.',
      from: [
        'Node `.status.conditions[type=Ready]`',
        'event `NodeNotReady`',
        'Lease `.spec.renewTime` in kube-node-lease: since when, and which other nodes fell silent with it',
        'Ready condition of the pods on the node',
      ],
      suggests: ['escalate', 'cordon'],
      limits: 'The machine, its kubelet and its network are outside the snapshot. Forced deletion is never proposed.',
    },
    node_heartbeat_stale: {
      title: 'the kubelet of a node no longer reports though it counts as ready',
      category: 'node',
      role: 'cause',
      layer: 'node',
      explains: {
        node_clock_skew: 'a kubelet that does not report gives no time to compare',
        node_pressure: 'the condition of a silent kubelet is out of date',
      },
      detected: 'A node counts as ready and its kubelet has not reported for 15 minutes, while other nodes do.',
      from: [
        'Node `.status.conditions[type=Ready].lastHeartbeatTime`, of this node and the others',
        'Lease `.spec.renewTime` in kube-node-lease, of suspect nodes alone',
      ],
      suggests: ['escalate'],
      limits:
        'Where the lease may not be read, a running kubelet cannot be distinguished from one that is down. With a single node there is nothing to compare with, and nothing is said.',
    },
    node_clock_skew: {
      title: 'the clock of a node is wrong',
      category: 'node',
      role: 'cause',
      layer: 'node',
      explains: {
        node_pressure: 'the condition of a node with a wrong clock is out of date',
      },
      detected:
        'A node reports a problem of its clock, or its heartbeat lies two minutes ahead while other nodes are in step.',
      from: [
        'Node `.status.conditions` (NTPProblem, ClockSkew, TimeSyncProblem)',
        'Node `.status.conditions[type=Ready].lastHeartbeatTime`, of this node and the others',
      ],
      suggests: ['escalate'],
      limits: 'A clock that is behind looks like silence. No clock is asked.',
    },
    node_pressure: {
      title: 'a node is short of memory, disk or process ids',
      category: 'node',
      role: 'cause',
      layer: 'node',
      detected: 'A node is ready and reports MemoryPressure, DiskPressure, PIDPressure or NetworkUnavailable.',
      from: ['Node `.status.conditions`', 'event `NodeHas...`', 'evicted pods of the node and what they used'],
      suggests: ['escalate', 'cordon'],
      limits:
        'The pod that was evicted is often, not always, the one that filled the node. Conditions of other makers are not judged.',
    },
  },
  find: (view) =>
    view.list('Node').flatMap((node) => {
      const ready = conditionOf(node, 'Ready')
      if (ready && ready.status !== 'True') return [notReady(view, node, ready)]
      const pressed = pressures.flatMap((type) => {
        const condition = conditionOf(node, type)
        return condition?.status === 'True' ? [underPressure(view, node, condition)] : []
      })
      return [...pressed, ...nodeReports(view, node)]
    }),
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
  const lastReport = beat && ready.status === 'Unknown' ? `; ${tellSilence(view, node, beat)}` : ''
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
    statement: `Node ${name} is not ready (NotReady, Ready ${ready.status}: ${ready.reason}): ${silent.slice(0, lastReport ? 60 : 150)}${lastReport}${hit}`,
    evidence: [...evidenceFor(view, node, ready), ...(beat ? [beat.evidence] : [])],
    affects: [...pods.map(refOf), ...workloads],
    remedies: [
      escalate(
        view,
        refOf(node),
        `Node ${name} is not ready (${ready.reason}): look at the machine, its kubelet and its network. Do not force-delete its pods before the node is surely off.`,
        'a node is repaired outside the cluster',
        'the platform team',
      ),
      cordon(
        refOf(node),
        {},
        {
          reason: 'nothing new is placed there while its machine, kubelet or network is looked at; undone by uncordon',
        },
      ),
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
  const reported = uses.length > 0 ? ` for ${uses[1]} (${uses[2]})` : ''
  return `; the kubelet evicted pods of ${workloads}${reported}`
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
        view,
        refOf(node),
        `Node ${name} reports ${condition.type}: find ${culprits[condition.type] ?? 'what fills it'} and free it.`,
        'what fills the node may belong to any namespace',
        'the platform team',
      ),
      cordon(refOf(node), {}, { reason: 'nothing new is placed there until it is relieved; undone by uncordon' }),
    ],
    since: condition.lastTransitionTime,
  })
}

/**
 * What a node that counts as ready shows of its clock and its reports. Other nodes are the measure: where none of them is in step
 * with the snapshot, it is the clock of the snapshot that is off, and nothing is said.
 */
function nodeReports(view: ClusterView, node: Node): FindingDraft[] {
  const reported = clockConditions
    .map((type) => conditionOf(node, type))
    .find((condition) => condition?.status === 'True')
  const { name } = node.metadata
  if (reported) {
    const words = `Node ${name} reports ${reported.type} (${reported.reason}): ${reported.message ?? 'its clock is not kept'}`
    return [report(view, node, 'node_clock_skew', reported.type, words)]
  }
  const silence = silenceOf(view, node)
  const inStep = view.list('Node').some((other) => {
    const age = other === node ? undefined : silenceOf(view, other)
    return age !== undefined && age > -skew && age < fresh
  })
  const beat = leaseOf(view, node)
  if (silence === undefined || !(inStep || beat?.isFresh)) return []
  if (silence < -skew) {
    const words = `Node ${name} reports with a clock that is ${formatDuration(-silence)} ahead (lastHeartbeatTime), other nodes are in step`
    return [report(view, node, 'node_clock_skew', 'Ready', words)]
  }
  if (silence < silentAfterMs) return []
  const lastReport = beat ? `; ${tellSilence(view, node, beat)}` : ''
  const words = `The kubelet of Node ${name} has not reported for ${formatDuration(silence)} (lastHeartbeatTime), though the node still counts as ready${inStep ? '; other nodes report' : ''}${lastReport}`
  const finding = report(view, node, 'node_heartbeat_stale', 'Ready', words)
  if (!beat) return [finding]
  return [
    {
      ...finding,
      severity: beat.isFresh ? 'low' : 'medium',
      confidence: 0.9,
      confidence_reason: 'read from the conditions of the node and from its lease',
      evidence: [...finding.evidence, beat.evidence],
    },
  ]
}

function silenceOf(view: ClusterView, node: Node): number | undefined {
  return view.ageOf(conditionOf(node, 'Ready')?.lastHeartbeatTime)
}

function report(
  view: ClusterView,
  node: Node,
  mechanism: 'node_clock_skew' | 'node_heartbeat_stale',
  type: string,
  statement: string,
): FindingDraft {
  const beat = conditionOf(node, type)
  return draftFinding({
    mechanism,
    resource: refOf(node),
    severity: 'low',
    confidence: 0.75,
    confidence_reason: 'read from the conditions of the node; its lease and its clock themselves were not seen',
    statement,
    evidence: [
      objectEvidence(
        view.snapshot,
        node,
        `.status.conditions[?(@.type=="${type}")]`,
        `Node ${node.metadata.name}: ${type} ${beat?.status}, lastHeartbeatTime ${beat?.lastHeartbeatTime ?? 'absent'}`,
      ),
    ],
    remedies: [
      escalate(
        view,
        refOf(node),
        mechanism === 'node_clock_skew'
          ? `Look at the time service (chronyd, ntpd) of node ${node.metadata.name}: tokens and certificates are refused where clocks differ.`
          : `Look at the kubelet of node ${node.metadata.name}: it does not write its status.`,
        'a node is repaired outside the cluster',
        'the platform team',
      ),
    ],
  })
}

/**
 * What the lease of a silent node says: a kubelet that renews it lives and reaches the API server, so only its status is not
 * written; one that does not is down, or cut off, and with others at the same moment it is their network or power.
 */
function tellSilence(view: ClusterView, node: Node, beat: Heartbeat): string {
  if (beat.isFresh) {
    return `its lease was renewed ${formatDuration(beat.age)} ago, so the kubelet lives and reaches the API server: no network loss`
  }
  const others = view.list('Node').filter((other) => {
    const theirs = other === node ? undefined : leaseOf(view, other)
    return theirs !== undefined && !theirs.isFresh && Math.abs(theirs.age - beat.age) < together
  })
  const since = `its lease was last renewed ${formatDuration(beat.age)} ago`
  if (others.length === 0) return `${since}: kubelet or machine is down, or this node alone is cut off`
  const names = listNames(
    others.map(({ metadata }) => metadata.name),
    2,
  )
  return `${since}, together with ${names}${zoneOf([node, ...others])}: more likely their network or power than a kubelet`
}

function zoneOf(candidates: readonly Node[]): string {
  const zones = new Set(candidates.map(({ metadata }) => metadata.labels?.['topology.kubernetes.io/zone']))
  const [zone] = zones
  return zones.size === 1 && zone ? ` (zone ${zone})` : ''
}

/** The lease of a node; undefined where it was not read. A lease that another node of the name held before does not count. */
function leaseOf(view: ClusterView, node: Node): Heartbeat | undefined {
  const { name, uid } = node.metadata
  const lease = view.get('Lease', 'kube-node-lease', name)
  const renewed = lease?.spec?.renewTime
  const age = view.ageOf(renewed)
  const owner = lease?.metadata.ownerReferences?.find((each) => each.kind === 'Node')
  if (!lease || renewed === undefined || age === undefined || (owner && owner.uid !== uid)) return undefined
  const seconds = lease.spec?.leaseDurationSeconds ?? usualSeconds
  return {
    age,
    renewed,
    isFresh: age < 2 * seconds * 1000,
    evidence: objectEvidence(
      view.snapshot,
      lease,
      '.spec.renewTime',
      `Lease of node ${name}: renewTime ${renewed}, leaseDurationSeconds ${seconds}`,
    ),
  }
}
