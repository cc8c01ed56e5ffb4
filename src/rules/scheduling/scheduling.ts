import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { Blame, FindingDraft } from '#src/domain/finding.ts'
import type { Pod, PodTemplate } from '#src/domain/kubernetes/objects.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import {
  addNode,
  bindingConstraint,
  describeAmount,
  type PendingCase,
  type PendingCause,
  type PendingPods,
  pendingPods,
  unnoticed,
} from './pending-case.ts'
import { closedCause, labelCause, volumeConflict, nodeChoiceMechanisms } from './node-choice.ts'
import { crowdingCause, spreadCause, otherPodsMechanisms } from './other-pods.ts'
import type { Floor } from '#src/rules/kit/placement/node-fit.ts'
import { placedPods, podRequests } from '#src/rules/kit/placement/pod-requests.ts'
import { resourceCause, capacityMechanisms } from './resource-cause.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, undoChange } from '#src/rules/kit/actions.ts'

const gateGrace = 120_000

const shownPods = 3

const memory = 60 * 60 * 1000

/** Pods that no node takes: the symptom, and the one constraint that binds, read from the nodes rather than from the event's words. */
export const scheduling = defineRule({
  name: 'scheduling',
  finds: {
    ...capacityMechanisms,
    ...nodeChoiceMechanisms,
    ...otherPodsMechanisms,
    unschedulable: {
      title: 'no node takes the pod',
      category: 'scheduling',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        rollout_stuck: 'a pod without a node does not count for the rollout',
      },
      detected: 'The scheduler says that no node takes the pod, or no scheduler has looked at a pod for half a minute.',
      from: ['.status.conditions[type=PodScheduled]', 'event `FailedScheduling`', '.spec.schedulerName'],
      suggests: ['custom_instruction'],
      limits: 'A change is proposed only where the named scheduler does not answer; else by the cause beside it.',
    },
    preempted: {
      title: 'pods of higher priority took the place',
      category: 'scheduling',
      role: 'cause',
      layer: 'wiring',
      detected: 'Pods of the workload were preempted within the last hour, and no node has room for the new ones.',
      from: ['event `Preempted`', '.spec.priorityClassName', 'the pod that took the place, where it may be read'],
      suggests: ['rollback', 'custom_instruction', 'patch_resources'],
      limits: 'Priorities are never changed.',
    },
    scheduling_gated: {
      title: 'a scheduling gate holds the pod back',
      category: 'scheduling',
      role: 'cause',
      layer: 'wiring',
      detected: 'A scheduling gate has held a pod back for more than two minutes.',
      from: ['.spec.schedulingGates', '.status.conditions[type=PodScheduled] (SchedulingGated)'],
      suggests: ['escalate'],
      limits: 'The controller that set the gate is not looked for.',
    },
  },
  find: (view) => {
    const floor: Floor = { view, nodes: view.list('Node'), placed: placedPods(view) }
    const judged = pendingPods(view).flatMap((waiting) => {
      const [pod] = waiting.pods
      if (!pod) return []
      if (waiting.reason === 'SchedulingGated') return gated(view, waiting, pod)
      const claims = unreadyClaims(view, pod, waiting.message)
      const symptom = unschedulable(view, waiting, claims)
      if (claims.length > 0) return [symptom]
      return judge({ view, floor, waiting, pod, symptom })
    })
    return [...judged, ...unnoticed(view)]
  },
})

interface Seen {
  view: ClusterView
  floor: Floor
  waiting: PendingPods
  pod: Pod
  symptom: FindingDraft
}

function judge({ view, floor, waiting, pod, symptom }: Seen): FindingDraft[] {
  const candidate = { namespace: pod.metadata.namespace ?? '', labels: pod.metadata.labels, spec: pod.spec }
  const constraint = bindingConstraint(candidate, floor, waiting.message)
  if (!constraint) return [symptom]
  const pending: PendingCase = { waiting, pod, floor, constraint }
  if (constraint.predicate === 'node_trouble') {
    const blames = constraint.nodes.map((node) => ({
      resource: refOf(node),
      because: `node ${node.metadata.name} would take the pods and is not in order`,
    }))
    return [{ ...symptom, blames }]
  }
  const preemptions = constraint.predicate === 'resources' ? preemptionsOf(pending) : []
  const cause = preemptions.length > 0 ? preemptedCause(pending, preemptions) : causeOf(pending)
  const evidence = [
    ...symptom.evidence,
    ...preemptions.slice(0, shownPods).map(eventEvidence),
    ...nodeEvidence(view, pending),
  ]
  const doubt = constraint.reported
    ? { confidence: 0.75, confidence_reason: 'the scheduler says so; the snapshot of the nodes alone does not show it' }
    : { confidence: 0.95, confidence_reason: 'every node was compared with the pod template' }
  return [
    symptom,
    draftFinding({
      ...doubt,
      ...cause,
      remedies: [...undoChange(view, waiting.workload, placement), ...cause.remedies],
      resource: cause.resource ?? waiting.workload,
      severity: severityOf(view, waiting.workload),
      evidence,
      affects: [waiting.workload, ...waiting.pods.map(refOf)],
      since: waiting.since,
    }),
  ]
}

/** What of a template decides where its pods may run. */
function placement({ spec }: PodTemplate): unknown {
  const { nodeSelector, affinity, tolerations, topologySpreadConstraints, containers } = spec
  const wants = containers.map(({ resources, ports }) => [resources, (ports ?? []).map((port) => port.hostPort)])
  return [nodeSelector, affinity, tolerations, topologySpreadConstraints, wants]
}

function causeOf(pending: PendingCase): PendingCause {
  switch (pending.constraint.predicate) {
    case 'selector':
    case 'affinity':
      return labelCause(pending)
    case 'taint':
    case 'cordon':
      return closedCause(pending)
    case 'spread':
      return spreadCause(pending)
    case 'host_port':
    case 'pod_affinity':
      return crowdingCause(pending)
    case 'volume':
      return volumeConflict(pending)
    default:
      return resourceCause(pending)
  }
}

/** Claims of the pod that are not there or not bound while the scheduler complains of volumes: the volume is then the cause. */
function unreadyClaims(view: ClusterView, pod: Pod, message: string): Blame[] {
  if (!/persistentvolumeclaim|persistent volumes? to bind/i.test(message)) return []
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = volume.persistentVolumeClaim?.claimName
    if (!name) return []
    const claim = view.get('PersistentVolumeClaim', pod.metadata.namespace, name)
    if (claim?.status?.phase === 'Bound') return []
    const resource = { kind: 'PersistentVolumeClaim', namespace: pod.metadata.namespace, name }
    return [{ resource, because: `the pod waits for the volume of claim ${name}` }]
  })
}

function unschedulable(view: ClusterView, waiting: PendingPods, blames: Blame[]): FindingDraft {
  const { workload, pods, message } = waiting
  const count = pods.length === 1 ? `Pod ${pods[0]?.metadata.name}` : `${pods.length} pods`
  return draftFinding({
    mechanism: 'unschedulable',
    resource: workload,
    severity: severityOf(view, workload),
    confidence: 0.95,
    confidence_reason: 'the scheduler itself set PodScheduled to False',
    statement: `${count} of ${workload.kind} ${workload.name} cannot be scheduled (Unschedulable): ${shorten(message)}`,
    evidence: pods.slice(0, shownPods).flatMap((pod) => podEvidence(view, pod)),
    affects: [workload, ...pods.map(refOf)],
    blames,
    since: waiting.since,
  })
}

/** The second half of the scheduler's message tells about preemption and hides the first. */
function shorten(message: string): string {
  return message.replace(/\.? (?:not found\. )?(?:no new claims to deallocate|preemption:).*$|\. not found\.?$/s, '')
}

function podEvidence(view: ClusterView, pod: Pod): EvidenceDraft[] {
  const message = pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled')?.message ?? ''
  const event = view.eventsOf(pod).find((each) => each.reason === 'FailedScheduling')
  return [
    objectEvidence(
      view.snapshot,
      pod,
      '.status.conditions[?(@.type=="PodScheduled")]',
      `Pod ${pod.metadata.name} is not scheduled: ${shorten(message)}`,
    ),
    ...(event ? [eventEvidence(event)] : []),
  ]
}

function nodeEvidence(view: ClusterView, { constraint }: PendingCase): EvidenceDraft[] {
  const closed = constraint.closed.filter(({ node }) => !constraint.nodes.includes(node))
  const reported = [...constraint.nodes.map((node) => ({ node, misfits: constraint.misfits })), ...closed]
  return reported.slice(0, shownPods).map(({ node, misfits }) => {
    const path = misfits.some((misfit) => misfit.predicate === 'taint' || misfit.predicate === 'cordon')
      ? '.spec'
      : '.status.allocatable'
    const taints = (node.spec?.taints ?? []).map((taint) => `${taint.key}=${taint.value ?? ''}:${taint.effect}`)
    const room = Object.entries(node.status?.allocatable ?? {}).filter(([key]) => /^(cpu|memory|pods)$/.test(key))
    const described = room.map(([key, value]) => `${key} ${value}`).join(', ')
    return objectEvidence(
      view.snapshot,
      node,
      path,
      `Node ${node.metadata.name} can allocate ${described}; taints: ${taints.join(', ') || 'none'}`,
    )
  })
}

function gated(view: ClusterView, waiting: PendingPods, pod: Pod): FindingDraft[] {
  if ((view.ageOf(pod.metadata.creationTimestamp) ?? 0) < gateGrace) return []
  const { workload } = waiting
  const gates = (pod.spec.schedulingGates ?? []).map((gate) => gate.name).join(', ')
  return [
    draftFinding({
      mechanism: 'scheduling_gated',
      resource: workload,
      severity: severityOf(view, workload),
      confidence: 0.9,
      confidence_reason: 'the gate stands in the pod, and the scheduler reports SchedulingGated',
      statement: `Pods of ${workload.kind} ${workload.name} are held back by the scheduling gate ${gates}: the controller that set it has not removed it`,
      evidence: waiting.pods.slice(0, shownPods).flatMap((each) => podEvidence(view, each)),
      affects: [workload, ...waiting.pods.map(refOf)],
      remedies: [
        escalate(
          view,
          workload,
          `Why has the controller behind the scheduling gate ${gates} not removed it? Is it running?`,
          'a gate is removed by the controller that set it',
        ),
      ],
      since: pod.metadata.creationTimestamp,
    }),
  ]
}

/** Preemptions of earlier pods of the waiting workload within the last hour, newest first: those pods are gone, their names remain. */
function preemptionsOf({
  waiting,
  pod,
  floor: { view },
}: Pick<PendingCase, 'waiting' | 'pod' | 'floor'>): ClusterEvent[] {
  const owner = pod.metadata.ownerReferences?.find((each) => each.controller)?.name ?? waiting.workload.name
  return view.snapshot.events
    .filter(
      (event) =>
        event.reason === 'Preempted' &&
        event.namespace === pod.metadata.namespace &&
        event.regarding.name.startsWith(`${owner}-`) &&
        (view.ageOf(event.last_seen) ?? memory) < memory,
    )
    .toSorted((left, right) => right.last_seen.localeCompare(left.last_seen))
}

/** Pods of higher priority took the place: the scheduler did its work, so capacity is the remedy, never the priority. */
function preemptedCause(pending: PendingCase, preemptions: ClusterEvent[]): PendingCause {
  const { waiting, pod, constraint } = pending
  const { kind, name } = waiting.workload
  const resource = constraint.misfits[0]?.key ?? 'resources'
  const wanted = podRequests(pod.spec)[resource]
  const amount = wanted === undefined ? resource : `${describeAmount(resource, wanted)} ${resource}`
  const own = pod.spec.priorityClassName ? ` (priority class ${pod.spec.priorityClassName})` : ''
  const smaller = resourceCause(pending).remedies.find((remedy) => remedy.kind === 'patch_resources')
  return {
    mechanism: 'preempted',
    statement: `The pods of ${kind} ${name}${own} were preempted by ${preemptor(pending, preemptions)}: pods of higher priority preempt lower ones, and now no node has ${amount} left (Insufficient ${resource})`,
    remedies: [
      addNode(
        `requests ${amount} per pod`,
        'preemption is what the priority classes ask for: the pods come back when there is room, now or after the others end',
      ),
      ...(smaller ? [smaller] : []),
    ],
  }
}

/** The scheduler names the taker by uid (older ones by name); its workload and class only where it is in the snapshot. */
function preemptor({ floor: { view } }: PendingCase, preemptions: ClusterEvent[]): string {
  const named = preemptions.map((event) => /Preempted by (?:pod )?(\S+)/i.exec(event.message)?.[1])
  const taker = view
    .list('Pod')
    .find((pod) =>
      named.some((text) => text === pod.metadata.uid || text === `${pod.metadata.namespace}/${pod.metadata.name}`),
    )
  if (!taker) return 'pods of higher priority'
  const workload = view.workloadOf(taker)
  const priority = taker.spec.priorityClassName
    ? ` (priority class ${taker.spec.priorityClassName})`
    : ' of higher priority'
  return `${workload.kind} ${workload.name} in namespace ${workload.namespace}${priority}`
}
