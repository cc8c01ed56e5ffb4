import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import { matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { PodDisruptionBudget } from '#src/domain/kubernetes/workloads.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct, scale } from '#src/rules/kit/actions.ts'

/** Budgets that never allow an eviction although all pods are well; it hurts only where somebody wants to drain a node. */
export const disruptionBudgets = defineRule({
  name: 'disruption-budgets',
  finds: {
    pdb_blocks_eviction: {
      title: 'a disruption budget never allows an eviction',
      category: 'autoscaling',
      role: 'cause',
      layer: 'container',
      detected: 'A disruption budget allows no eviction although all of its pods are ready.',
      from: [
        'PodDisruptionBudget `.spec` and `.status.disruptionsAllowed`',
        'Ready condition of its pods',
        'Node `.spec.unschedulable`, events about the budget',
      ],
      suggests: ['scale', 'custom_instruction'],
      limits:
        'It hurts only where somebody drains a node: without a cordoned node or a refused eviction it is of no severity.',
    },
  },
  find: (view) => [
    ...overlappingBudgets(view),
    ...view.list('PodDisruptionBudget').flatMap((budget) => {
      const pods = view
        .list('Pod')
        .filter(
          (pod) =>
            pod.metadata.namespace === budget.metadata.namespace &&
            !pod.metadata.deletionTimestamp &&
            matchesSelector(budget.spec.selector, pod.metadata.labels),
        )
      const { disruptionsAllowed, expectedPods = pods.length } = budget.status ?? {}
      if (disruptionsAllowed !== 0 || expectedPods === 0 || pods.length === 0 || !pods.every(isPodReady)) return []
      const nodes = new Set(pods.map((pod) => pod.spec.nodeName))
      const cordoned = view.list('Node').filter((node) => node.spec?.unschedulable && nodes.has(node.metadata.name))
      const refused = pods
        .flatMap((pod) => view.eventsOf(pod))
        .find((event) => /disruption budget/i.test(event.message))
      const workloads = [...new Map(pods.map((pod) => view.workloadOf(pod)).map((ref) => [refKey(ref), ref])).values()]
      return [describe(view, { budget, cordoned, refused, workloads, healthy: pods.length })]
    }),
  ],
})

interface Blocking {
  budget: PodDisruptionBudget
  cordoned: Node[]
  refused: ClusterEvent | undefined
  workloads: ResourceRef[]
  healthy: number
}

function describe(view: ClusterView, { budget, cordoned, refused, workloads, healthy }: Blocking): FindingDraft {
  const { spec, metadata } = budget
  const rule =
    spec.maxUnavailable === undefined ? `minAvailable ${spec.minAvailable}` : `maxUnavailable ${spec.maxUnavailable}`
  const drained =
    cordoned.length > 0
      ? `; node ${listNames(cordoned.map((node) => node.metadata.name))} is cordoned and cannot be drained`
      : ''
  const named = listNames(workloads.map((ref) => `${ref.kind} ${ref.name}`))
  return draftFinding({
    mechanism: 'pdb_blocks_eviction',
    resource: refOf(budget),
    severity: cordoned.length > 0 || refused ? 'medium' : 'info',
    confidence: 0.9,
    confidence_reason: 'all pods are ready, and the budget still allows no disruption',
    statement: `PodDisruptionBudget ${metadata.name} (${rule}, disruptionsAllowed 0) allows no disruption of ${named} though ${healthy === 1 ? 'its only pod is' : `all ${healthy} pods are`} ready: every eviction would violate the disruption budget, so a drain blocks${drained}`,
    evidence: [
      objectEvidence(
        view.snapshot,
        budget,
        '.status.disruptionsAllowed',
        `PodDisruptionBudget ${metadata.name}: ${rule}, disruptionsAllowed 0, ${healthy} healthy pods`,
      ),
      ...cordoned
        .slice(0, 2)
        .map((node) =>
          objectEvidence(view.snapshot, node, '.spec.unschedulable', `Node ${node.metadata.name} is cordoned`),
        ),
      ...(refused ? [eventEvidence(refused)] : []),
    ],
    affects: cordoned.map(refOf),
    remedies: remedies(budget, workloads, healthy),
  })
}

/** One replica more makes room without taking any protection away, where the budget counts replicas. */
function remedies(
  { metadata, spec }: PodDisruptionBudget,
  workloads: ResourceRef[],
  healthy: number,
): FindingDraft['remedies'] {
  const [workload] = workloads
  const counts = typeof spec.minAvailable === 'number' && spec.minAvailable >= healthy
  const scalable = workloads.length === 1 && workload && /^(Deployment|StatefulSet)$/.test(workload.kind)
  const allowed =
    healthy > 1 ? `minAvailable ${healthy - 1} or maxUnavailable 1` : 'a second replica together with maxUnavailable 1'
  return [
    ...(counts && scalable
      ? [
          scale(
            workload,
            { replicas: healthy + 1 },
            { reason: 'one replica more than the budget demands makes room for one eviction' },
          ),
        ]
      : []),
    instruct(
      { kind: 'PodDisruptionBudget', namespace: metadata.namespace, name: metadata.name },
      'patch_pdb',
      `Let PodDisruptionBudget ${metadata.name} allow one disruption: ${allowed}. Its owner decides.`,
      { reason: 'a budget that never allows an eviction blocks every drain' },
    ),
  ]
}

/** Pods that two budgets select can never be evicted. It hurts only where a node is being drained or an eviction was refused. */
function overlappingBudgets(view: ClusterView): FindingDraft[] {
  const budgets = view.list('PodDisruptionBudget')
  if (budgets.length < 2) return []
  const found = new Map<string, FindingDraft>()
  for (const pod of view.list('Pod')) {
    const [first, second] = budgets.filter((budget) => selects(budget, pod))
    if (!first || !second) continue
    const key = `${first.metadata.uid} ${second.metadata.uid}`
    if (!found.has(key)) found.set(key, describeOverlap(view, first, second, pod))
  }
  return [...found.values()]
}

function selects({ metadata, spec }: PodDisruptionBudget, pod: Pod): boolean {
  return metadata.namespace === pod.metadata.namespace && matchesSelector(spec.selector, pod.metadata.labels)
}

function describeOverlap(
  view: ClusterView,
  first: PodDisruptionBudget,
  second: PodDisruptionBudget,
  pod: Pod,
): FindingDraft {
  const workload = view.workloadOf(pod)
  const pods = view.podsOfWorkload(workload)
  const nodes = new Set(pods.map(({ spec }) => spec.nodeName))
  const drained = view.list('Node').filter((node) => node.spec?.unschedulable && nodes.has(node.metadata.name))
  const refused = pods
    .flatMap((each) => view.eventsOf(each))
    .find(({ message }) => /more than one PodDisruptionBudget/i.test(message))
  const names = `${first.metadata.name} and ${second.metadata.name}`
  return draftFinding({
    mechanism: 'pdb_blocks_eviction',
    resource: refOf(second),
    severity: drained.length > 0 || refused ? 'medium' : 'info',
    confidence: 0.9,
    confidence_reason: 'the API server refuses to evict a pod that more than one budget selects',
    statement: `PodDisruptionBudgets ${names} both select the pods of ${workload.kind} ${workload.name}: a pod with more than one budget is never evicted, so a drain blocks`,
    evidence: [
      ...[first, second].map((budget) =>
        objectEvidence(
          view.snapshot,
          budget,
          '.spec.selector',
          `PodDisruptionBudget ${budget.metadata.name} selects pod ${pod.metadata.name}`,
        ),
      ),
      ...(refused ? [eventEvidence(refused)] : []),
    ],
    affects: drained.map(refOf),
    remedies: [
      instruct(
        refOf(second),
        'patch_pdb',
        `Let only one of the PodDisruptionBudgets ${names} select the pods of ${workload.kind} ${workload.name}; its owner decides which protection holds.`,
        { reason: 'the eviction API knows one budget per pod' },
      ),
    ],
  })
}
