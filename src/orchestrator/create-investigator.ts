import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import type { Mind } from '../../agents/agent.ts'
import { createEvidenceLedger } from '../../agents/evidence-ledger.ts'
import { boundSignal } from '../domain/bound-signal.ts'
import { ClusterView } from '../domain/cluster-view.ts'
import type { Decision } from '../domain/decision.ts'
import type { Incident } from '../domain/signal.ts'
import type { Snapshot } from '../domain/snapshot.ts'
import type { WorkflowInfo } from '../domain/workflow-info.ts'
import type { CaseFile, TeamName } from './case-file.ts'
import { describeWorkflow } from './describe-workflow.ts'
import { createFindingBook } from './finding-book.ts'
import { buildLeaderGraph } from './graph.ts'
import type { Observe } from './observe.ts'
import type { WorkflowSettings } from './workflow-settings.ts'

/** What an investigation needs of the rest of the service. */
export interface InvestigatorDeps {
  observe: Observe
  /** With `query_logs` and `query_metrics` registered. */
  registry: CaseFile['registry']
  saver: BaseCheckpointSaver
  /** A redactor that knows the secrets of the picture; without one it knows shapes only. */
  createRedactor(snapshot: Snapshot | undefined): (text: string) => string
  workflow: WorkflowSettings
  policy: CaseFile['policy']
  versions: Readonly<Record<string, string>>
  /** Model minds by agent; absent: rules alone. */
  minds?: { names: readonly string[]; mindFor(agentName: string): Mind<unknown, unknown> | undefined }
  /** Milliseconds since the epoch; absent: the system's clock. */
  clock?: () => number
  /** Teams that are switched off. */
  disabled_teams?: readonly TeamName[]
}

/** One pass over an incident. */
export interface InvestigationRequest {
  incident: Incident
  run_id: string
  trace_id: string
  signal: AbortSignal
}

const recursionLimit = 200
const mostReservedMs = 5_000

/** The leader graph as the rest of the service sees it: an incident in, a decision out. */
export function createInvestigator(deps: InvestigatorDeps): {
  investigate(request: InvestigationRequest): Promise<Decision>
  describe(): WorkflowInfo
} {
  const graph = buildLeaderGraph(deps.saver)
  const minds = deps.minds?.names ?? ['rules']
  return {
    describe: () => describeWorkflow(deps.workflow, minds, deps.versions),
    async investigate(request) {
      using run = boundSignal(request.signal)
      using time = startTime(deps, run.signal)
      const case_file = openCaseFile(deps, { ...request, signal: run.signal }, time)
      try {
        await graph.invoke(
          {},
          {
            configurable: { thread_id: request.run_id },
            context: { case_file },
            durability: 'sync',
            recursionLimit,
            signal: run.signal,
          },
        )
      } finally {
        await forget(deps.saver, request.run_id)
      }
      if (!case_file.decision) throw new Error('SRE_ORCHESTRATOR_NO_DECISION: the graph ended without a decision')
      return case_file.decision
    },
  }
}

interface RunTime extends Disposable {
  deadline: AbortSignal
  allowed_ms: number
}

/** The run's time, without what is reserved for the conclusion. */
function startTime(deps: InvestigatorDeps, signal: AbortSignal): RunTime {
  const whole = deps.workflow.timeout_seconds * 1000
  const allowed_ms = whole - Math.min(mostReservedMs, whole * 0.2)
  const bound = boundSignal(signal, { ms: allowed_ms, reason: timeUp })
  return { deadline: bound.signal, allowed_ms, [Symbol.dispose]: () => bound[Symbol.dispose]() }
}

function timeUp(): Error {
  return new Error('the time of the investigation is up')
}

function openCaseFile(deps: InvestigatorDeps, request: InvestigationRequest, time: RunTime): CaseFile {
  const clock = deps.clock ?? Date.now
  let redactor = deps.createRedactor(undefined)
  const redact = (text: string): string => redactor(text)
  const ledger = createEvidenceLedger(redact)
  return {
    ...request,
    deadline: time.deadline,
    allowed_ms: time.allowed_ms,
    started: clock(),
    clock,
    settings: deps.workflow,
    policy: deps.policy,
    observe: deps.observe,
    registry: deps.registry,
    disabled_teams: deps.disabled_teams ?? [],
    mind_for: deps.minds && ((name) => deps.minds?.mindFor(name)),
    ledger,
    findings: createFindingBook(ledger, redact),
    redact,
    learnSecrets: (snapshot) => (redactor = deps.createRedactor(snapshot)),
    view: new ClusterView(nothingSeen(request.incident, clock())),
    log_targets: [],
    asked_unwell: false,
    metric_questions: [],
    actions: [],
    timings: {},
  }
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

/** The picture of a run lives in memory, so its thread cannot be resumed later: nothing of it is kept but the decision. */
async function forget(saver: BaseCheckpointSaver, runId: string): Promise<void> {
  try {
    await saver.deleteThread(runId)
  } catch {
    // The decision is made and must not be lost because its scaffolding could not be cleared away; the thread's name is never used again.
  }
}
