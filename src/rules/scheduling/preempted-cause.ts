import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import { addNode } from './add-node.ts'
import type { PendingCase, PendingCause } from './pending-case.ts'
import { podRequests } from '#src/rules/kit/placement/pod-requests.ts'
import { describeAmount } from './describe-amount.ts'
import { resourceCause } from './resource-cause.ts'

/** Pods of higher priority took the place: the scheduler did what it is told, so capacity is the remedy, never the priority. */
export function preemptedCause(pending: PendingCase, preemptions: ClusterEvent[]): PendingCause {
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

/** The scheduler names the taker by uid (older ones by name); its workload and class only where it is in the picture. */
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
