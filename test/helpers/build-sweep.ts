import { briefOf, briefOfFailure, buildSweepReport, type SweepReport } from '#src/reporting/sweep-report.ts'
import { buildDecision } from './build-decision.ts'

/** A sweep over four namespaces: one with a fault of its own, two that suffer from a node, one without an answer. */
export function buildSweep(): SweepReport {
  const facts = { context: 'prod-eu', namespaces: 4, left_out: 3, ms: 1234 }
  const [base] = buildDecision().root_causes
  const node = { ...base!, resource: { kind: 'Node', name: 'worker-1' }, mechanism: 'node_not_ready' as const }
  const nodeDown = { root_causes: [{ ...node, statement: 'Node worker-1 is not ready.' }], recommended_actions: [] }
  return buildSweepReport(
    [
      briefOf('shop', buildDecision({ gaps: [] })),
      briefOf('bank', buildDecision({ ...nodeDown, gaps: [] })),
      briefOf('mail', buildDecision({ ...nodeDown, gaps: [] })),
      briefOfFailure('wiki', 'HTTP 500'),
    ],
    facts,
  )
}
