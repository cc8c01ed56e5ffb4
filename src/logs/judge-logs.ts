import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { judgeContainer } from './judge-container.ts'
import type { ContainerLogs } from './judge/situation.ts'

const evidencePerFinding = 6

/** Findings of many containers: one per workload, container and mechanism, with every pod that shows it. */
export function judgeLogs(logs: readonly ContainerLogs[], view: ClusterView): FindingDraft[] {
  const byKey = new Map<string, FindingDraft>()
  for (const container of logs) {
    for (const draft of judgeContainer(container, view)) {
      const key = [
        draft.mechanism,
        refKey(draft.resource),
        draft.container,
        ...draft.blames.map((blame) => refKey(blame.resource)),
      ].join('|')
      const known = byKey.get(key)
      byKey.set(key, known ? merge(known, draft) : draft)
    }
  }
  return [...byKey.values()]
}

/** The surer of two speaks; facts and pods of both count. */
function merge(left: FindingDraft, right: FindingDraft): FindingDraft {
  const [best, other] = right.confidence > left.confidence ? [right, left] : [left, right]
  return {
    ...best,
    evidence: [...best.evidence, ...other.evidence].slice(0, evidencePerFinding),
    affects: distinct([...best.affects, ...other.affects]),
  }
}

function distinct(refs: ResourceRef[]): ResourceRef[] {
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()]
}
