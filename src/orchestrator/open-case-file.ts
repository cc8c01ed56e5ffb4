import { createEvidenceLedger } from '#agents/evidence-ledger.ts'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import type { CaseFile } from './case-file.ts'
import { createKeeper } from './create-keeper.ts'
import { createFindingBook } from './finding-book.ts'
import type { InvestigationRequest, InvestigatorDeps } from './investigator-deps.ts'
import type { KeptCase } from './kept-case.ts'

/** When the investigation must end, and how long it may take. */
export interface AllowedTime {
  deadline: AbortSignal
  allowed_ms: number
}

/** The case file of a run: empty, or with what was kept of it before it was interrupted. */
export function openCaseFile(
  deps: InvestigatorDeps,
  request: InvestigationRequest,
  { deadline, allowed_ms }: AllowedTime,
  kept?: KeptCase,
): CaseFile {
  const clock = deps.clock ?? Date.now
  let redactor = deps.createRedactor(undefined)
  const redact = (text: string): string => redactor(text)
  const ledger = createEvidenceLedger(redact, kept?.evidence)
  const keep = deps.journal && createKeeper(deps.journal, request.run_id)
  const { incident, run_id, trace_id, signal } = request
  const file: CaseFile = {
    incident,
    run_id,
    trace_id,
    signal,
    deadline,
    allowed_ms,
    started: clock(),
    clock,
    settings: deps.workflow,
    policy: deps.policy,
    observe: deps.observe,
    registry: deps.registry,
    disabled_teams: deps.disabled_teams ?? [],
    mind_for: deps.minds && ((name) => deps.minds?.mindFor(name)),
    ledger,
    findings: createFindingBook(ledger, redact, kept?.findings),
    redact,
    learnSecrets: (snapshot) => (redactor = deps.createRedactor(snapshot)),
    view: new ClusterView(nothingSeen(incident, clock())),
    log_targets: kept?.log_targets ?? [],
    logs_asked: kept?.logs_asked ?? [],
    asked_unwell: kept?.asked_unwell ?? false,
    metric_questions: kept?.metric_questions ?? [],
    actions: kept?.actions ?? [],
    timings: { ...kept?.timings },
    keep: () => keep?.(file) ?? Promise.resolve(),
    told: (step, ms) => request.onStep?.(step, ms),
  }
  return file
}

function nothingSeen(incident: Incident, now: number): Snapshot {
  return {
    taken_at: new Date(now).toISOString(),
    namespace: incident.namespace,
    objects: {},
    events: [],
    coverage: {},
    absent: [],
    missing_apis: [],
    gaps: [],
    cost: { requests: 0, bytes: 0, ms: 0 },
  }
}
