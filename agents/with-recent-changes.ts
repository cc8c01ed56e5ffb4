import { addRecentChanges } from '#src/causes/recent-changes.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'

/** What was found, each with what was changed shortly before it and who keeps the fields that its remedies write. */
export function withRecentChanges(view: ClusterView, findings: readonly FindingDraft[]): FindingDraft[] {
  return findings.map((finding) => addRecentChanges(view, finding))
}
