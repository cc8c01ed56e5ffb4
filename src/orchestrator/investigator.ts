import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import type { Mind } from '#agents/agent.ts'
import { boundSignal } from '#src/util/abort.ts'
import type { Decision, StopReason } from '#src/domain/decision.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { type WorkflowInfo, WorkflowMember, type WorkflowTeam } from '#src/domain/workflow-info.ts'
import type { Observe } from '#src/observation/port.ts'
import { createRunSnapshot, type RunContext, type TeamName, type WorkflowSettings } from './context.ts'
import { buildLeaderGraph, type LeaderGraph } from './graph.ts'
import { takePicture } from './nodes/observe-cluster.ts'
import type { RunJournal } from './port.ts'
import { createRunMemory, type StepRecord, readRecords } from './run-memory.ts'
import { CompiledStateGraph } from '@langchain/langgraph'
import { z } from 'zod'
import { stopConditions } from './stop-conditions.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** What an investigation needs of the rest of the service. */
export interface InvestigatorDeps {
  observe: Observe
  /** With `query_logs` and `query_metrics` registered. */
  registry: RunContext['registry']
  saver: BaseCheckpointSaver
  /** Absent: an interrupted run starts anew. */
  journal?: RunJournal
  /** A redactor that knows the secrets of the snapshot; without one it knows shapes only. */
  createRedactor(snapshot: Snapshot | undefined): (text: string) => string
  workflow: WorkflowSettings
  policy: RunContext['policy']
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
  /** It was interrupted: go on from its last checkpoint where there is one. */
  resumes?: boolean
  onStep?(step: string, ms: number): void
}

const recursionLimit = 200

const maxReservedMs = 5_000

const maxReservedShare = 0.2

const architecture =
  'A leader graph observes the cluster, triages by rules, briefs the log and metric teams in parallel, builds a cause graph over ' +
  'all findings, lets the action team recommend, guard and say which approvals are needed, and concludes with a decision. ' +
  'Nothing is changed: every action is a proposal.'

const leaderDescription = 'Leads the investigation: what to observe, whom to ask, what the findings add up to.'

/** What nodes of the compiled graphs carry: the agent or the coordinator that they stand for, and the team that is run there. */
const NodeMetadata = z.object({
  member: WorkflowMember.optional(),
  team: z.object({ name: z.string(), description: z.string() }).optional(),
})

/** Where an interrupted run stands, and what its steps found before. */
interface ResumedRun {
  records: Map<string, StepRecord>
  /** Set where the run had ended and its decision was not stored yet. */
  decision?: Decision
  /** Set where the steps that are left need a snapshot, which is not stored: what it has to hold beyond the namespace. */
  observe?: ResourceRef[]
}

/** The leader graph as the rest of the service sees it: an incident in, a decision out. */
export function createInvestigator(deps: InvestigatorDeps): {
  /** What is stored of the run stays until `forget`: a decision that is not stored yet can be asked for again. */
  investigate(request: InvestigationRequest): Promise<Decision>
  forget(run_id: string): Promise<void>
  describe(): WorkflowInfo
} {
  const graph = buildLeaderGraph(deps.saver)
  const minds = deps.minds?.names ?? ['rules']
  return {
    describe: () => describeWorkflow(graph, deps.workflow, minds, deps.versions),
    async investigate(request) {
      using bound = boundSignal(request.signal)
      using time = startTime(deps, bound.signal)
      const own = { ...request, signal: bound.signal }
      const resumed = await resumeRun(graph, deps, own)
      if (resumed?.decision) return resumed.decision
      const { input, run } = await openRun(deps, own, time, resumed)
      await runGraph(graph, input, run)
      const decision = run.memory.decision()
      if (!decision) throw new Error('SRE_ORCHESTRATOR_NO_DECISION: the graph ended without a decision')
      return decision
    },
    async forget(run_id) {
      await deps.saver.deleteThread(run_id)
      await deps.journal?.forget(run_id)
    },
  }
}

interface OpenRun {
  /** Null: go on from the last checkpoint. */
  input: null | Record<string, never>
  run: RunContext
}

/** Where a resumed run needs a snapshot that cannot be taken now, it starts anew, and its first step reports what is not seen. */
async function openRun(
  deps: InvestigatorDeps,
  request: InvestigationRequest,
  time: AllowedTime,
  resumed: ResumedRun | undefined,
): Promise<OpenRun> {
  if (!resumed) return { input: {}, run: createContext(deps, request, time) }
  const run = createContext(deps, request, time, resumed.records)
  if (!resumed.observe) return { input: null, run }
  try {
    await takePicture(run, resumed.observe)
    return { input: null, run }
  } catch {
    request.signal.throwIfAborted()
    await deps.saver.deleteThread(request.run_id)
    await deps.journal?.forget(request.run_id)
    return { input: {}, run: createContext(deps, request, time) }
  }
}

/** The context of a run, with what its steps found before it was interrupted. */
function createContext(
  deps: InvestigatorDeps,
  request: InvestigationRequest,
  { deadline, allowed_ms }: AllowedTime,
  records?: ReadonlyMap<string, StepRecord>,
): RunContext {
  const { incident, run_id, trace_id, signal } = request
  const { journal, minds, clock = Date.now } = deps
  const current = createRunSnapshot((snapshot) => deps.createRedactor(snapshot), {
    namespace: incident.namespace,
    now: clock(),
  })
  const store = async (step: string, found: string) => journal?.save(run_id, step, found)
  return {
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
    mind_for: minds && ((name) => minds.mindFor(name)),
    memory: createRunMemory(current.redact, store, records),
    snapshot: current,
    onStepEnded: (step, ms) => request.onStep?.(step, ms),
  }
}

async function runGraph(graph: LeaderGraph, input: null | Record<string, never>, run: RunContext): Promise<void> {
  await graph.invoke(input, {
    configurable: { thread_id: run.run_id },
    context: { run },
    durability: 'sync',
    recursionLimit,
    signal: run.signal,
  })
}

/** When the investigation must end, and how long it may take. */
interface AllowedTime extends Disposable {
  deadline: AbortSignal
  allowed_ms: number
}

/** The run's time, without what is reserved for the conclusion. */
function startTime(deps: InvestigatorDeps, signal: AbortSignal): AllowedTime {
  const whole = deps.workflow.timeout_seconds * 1000
  const allowed_ms = whole - Math.min(maxReservedMs, whole * maxReservedShare)
  const bound = boundSignal(signal, { ms: allowed_ms, reason: timeUp })
  return { deadline: bound.signal, allowed_ms, [Symbol.dispose]: () => bound[Symbol.dispose]() }
}

function timeUp(): Error {
  return new Error('the time of the investigation is up')
}

/** How the service thinks, for people and for `/workflow/info`: read from the compiled graph, so that it shows what runs. */
function describeWorkflow(
  graph: LeaderGraph,
  settings: WorkflowSettings,
  minds: readonly string[],
  versions: Readonly<Record<string, string>>,
): WorkflowInfo {
  const nodes = metadataOf(graph)
  const leader: WorkflowTeam = { description: leaderDescription, members: membersOf(nodes) }
  const teams = [...graph.getSubgraphs()].flatMap(([node, team]): [string, WorkflowTeam][] => {
    const about = nodes.get(node)?.team
    if (!about || !(team instanceof CompiledStateGraph)) return []
    return [[about.name, { description: about.description, members: membersOf(metadataOf(team)) }]]
  })
  return {
    architecture,
    teams: { leader, ...Object.fromEntries(teams) },
    stop_conditions: stopConditions.map(({ name, description }) => ({
      name,
      description,
      value: valueOf(name, settings),
    })),
    minds: [...minds],
    versions: { ...versions },
  }
}

function metadataOf({ builder }: Pick<LeaderGraph, 'builder'>): Map<string, z.infer<typeof NodeMetadata>> {
  const nodes = Object.entries(builder.nodes)
  return new Map(nodes.map(([name, { metadata }]) => [name, NodeMetadata.parse(metadata ?? {})]))
}

function membersOf(nodes: ReturnType<typeof metadataOf>): WorkflowMember[] {
  return [...nodes.values()].flatMap(({ member }) => member ?? [])
}

/** What is configured for a condition; `true` where it has no number. */
function valueOf(name: StopReason, settings: WorkflowSettings): number | string | boolean {
  const values: Partial<Record<StopReason, number | string>> = {
    max_turns: settings.max_turns,
    high_confidence: settings.confidence_threshold,
    timeout: settings.timeout_seconds,
    token_budget: settings.token_budget ?? 'no bound',
  }
  return values[name] ?? true
}

/**
 * Finds the point from which an interrupted run goes on. The checkpoint alone says which steps are done. Where it does not exist, or
 * where the journal lacks what a finished step found, everything of the run is removed and it starts anew under its old id.
 */
async function resumeRun(
  graph: LeaderGraph,
  deps: { saver: BaseCheckpointSaver; journal?: RunJournal },
  { run_id, resumes }: { run_id: string; resumes?: boolean },
): Promise<ResumedRun | undefined> {
  if (!resumes) return undefined
  const { values, next } = await graph.getState({ configurable: { thread_id: run_id } })
  const hasStarted = next.length > 0 || values.concluded === true
  const records = hasStarted ? readRecords(await deps.journal?.load(run_id), values.stored_steps) : undefined
  if (records && next.length > 0) {
    const hasPicture = values.observations > 0 && !next.includes('observe')
    return { records, ...(hasPicture ? { observe: Object.values(values.observed) } : {}) }
  }
  const decision = records && [...records.values()].find((record) => record.decision)?.decision
  if (records && decision) return { records, decision }
  await deps.saver.deleteThread(run_id)
  await deps.journal?.forget(run_id)
  return undefined
}
