import type { LogTarget } from '#agents/select-log-targets.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import type { RecommendedAction } from '#src/domain/action.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { Evidence } from '#src/domain/evidence.ts'
import type { CaseFile } from './case-file.ts'
import type { FindingPages } from './finding-book.ts'

/** What of a case file must outlive the process, part by part. The picture is not among it: it is taken anew. */
export interface KeptCase {
  evidence: Evidence[]
  findings: FindingPages
  log_targets: LogTarget[]
  logs_asked: string[]
  asked_unwell: boolean
  metric_questions: MetricQuestion[]
  actions: RecommendedAction[]
  timings: Record<string, number>
  decision?: Decision
}

/** The parts of a case file that are kept, as JSON texts. */
export function keptParts(file: CaseFile): Record<string, string> {
  const kept: KeptCase = {
    evidence: file.ledger.all(),
    findings: file.findings.pages(),
    log_targets: file.log_targets,
    logs_asked: file.logs_asked,
    asked_unwell: file.asked_unwell,
    metric_questions: file.metric_questions,
    actions: file.actions,
    timings: file.timings,
    ...(file.decision && { decision: file.decision }),
  }
  return Object.fromEntries(Object.entries(kept).map(([part, value]) => [part, JSON.stringify(value)]))
}
