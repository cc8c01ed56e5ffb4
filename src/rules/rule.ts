import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'

/** One family of rules over the picture of the cluster: pure, no I/O, no clock of its own (`view.now`). */
export type Analyzer = (view: ClusterView) => FindingDraft[]
