import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type { Pod, PodDisruptionBudget } from '#src/domain/kubernetes/objects.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { instruct } from '#src/rules/kit/instruct.ts'

/** Pods that two budgets select can never be evicted. It hurts only where a node is being drained or an eviction was refused. */
export function overlappingBudgets(view: ClusterView): FindingDraft[] {
  const budgets = view.list('PodDisruptionBudget')
  if (budgets.length < 2) return []
  const found = new Map<string, FindingDraft>()
  for (const pod of view.list('Pod')) {
    const [first, second] = budgets.filter((budget) => selects(budget, pod))
    if (!first || !second) continue
    const key = `${first.metadata.uid} ${second.metadata.uid}`
    if (!found.has(key)) found.set(key, describe(view, first, second, pod))
  }
  return [...found.values()]
}

function selects({ metadata, spec }: PodDisruptionBudget, pod: Pod): boolean {
  return metadata.namespace === pod.metadata.namespace && matchesSelector(spec.selector, pod.metadata.labels)
}

function describe(view: ClusterView, first: PodDisruptionBudget, second: PodDisruptionBudget, pod: Pod): FindingDraft {
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
