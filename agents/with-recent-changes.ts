import { tellChanges } from '#src/causes/changes/tell-changes.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { vocabulary } from './vocabulary.ts'

/** What was found, each with what was changed shortly before it and who keeps the fields that its remedies write. */
export function withRecentChanges(view: ClusterView, findings: readonly FindingDraft[]): FindingDraft[] {
  return findings.map((finding) => tellChanges(view, finding, vocabulary))
}
