import { setImmediate as nextTick } from 'node:timers/promises'
import { Annotation, type LangGraphRunnableConfig } from '@langchain/langgraph'
import type { GuardBrief } from '#agents/action/guard-agent.ts'
import type { Mind } from '#agents/agent.ts'
import type { AgentDeps } from '#agents/run-agent.ts'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import type { Observe } from '#src/observation/port.ts'
import type { RunMemory, StepNotes } from './run-memory.ts'
import type { LeaderState } from './state.ts'

/** Teams that can be switched off, to see what they are good for. */
export type TeamName = 'log' | 'metric' | 'action'

/** What operators set about an investigation (`workflow` in configs/agents.yaml). */
export interface WorkflowSettings {
  /** Turns that all minds together may take. */
  max_turns: number
  /** Wall clock for one run, the conclusion included. */
  timeout_seconds: number
  /** From this confidence on, and with every symptom explained, the investigation ends. */
  confidence_threshold: number
  /** Rules and model must name the same root, else the rules' root stands and approval is required. */
  require_consensus: boolean
  /** Action kinds that always need a person. */
  human_in_loop_actions: readonly string[]
  /** Model tokens for one run; absent: no bound. */
  token_budget?: number
}

/**
 * What the nodes of one run use and the graph's state does not hold: ports, settings, the snapshot of the cluster, and the reader of
 * what was found. It travels in the graph's context, which is never checkpointed.
 */
export interface RunContext {
  readonly incident: Incident
  readonly run_id: string
  readonly trace_id: string
  /** Aborted when the service ends: the run is given up. */
  readonly signal: AbortSignal
  /** Aborted when the time for investigating is up: what is open is closed, and the conclusion follows. */
  readonly deadline: AbortSignal
  readonly started: number
  readonly allowed_ms: number
  readonly clock: () => number
  readonly settings: WorkflowSettings
  readonly policy: GuardBrief['policy']
  readonly observe: Observe
  readonly registry: AgentDeps['registry']
  readonly disabled_teams: readonly TeamName[]
  mind_for?(agentName: string): Mind<unknown, unknown> | undefined
  readonly memory: RunMemory
  readonly snapshot: RunSnapshot
  /** Called when a step has ended and what it found is stored. */
  onStepEnded(step: string, ms: number): void
}

/** What was seen of the cluster, in memory only, and a redactor that knows the secrets in it. */
export interface RunSnapshot {
  readonly view: ClusterView
  /** Removes secrets and hostile characters; knows more secrets after each observation. */
  readonly redact: (text: string) => string
  replace(snapshot: Snapshot): Promise<void>
}

/** The graph's context. */
export const LeaderContext = Annotation.Root({ run: Annotation<RunContext>() })
export type LeaderConfig = LangGraphRunnableConfig<typeof LeaderContext.State>

/** A snapshot in which nothing was seen yet. */
export function createRunSnapshot(
  createRedactor: (snapshot: Snapshot | undefined) => (text: string) => string,
  empty: { namespace: string | undefined; now: number },
): RunSnapshot {
  let redactor = createRedactor(undefined)
  let view = new ClusterView(nothingSeen(empty))
  return {
    get view() {
      return view
    },
    redact: (text) => redactor(text),
    async replace(snapshot) {
      redactor = createRedactor(snapshot)
      await nextTick()
      view = new ClusterView(snapshot)
    },
  }
}

function nothingSeen({ namespace, now }: { namespace: string | undefined; now: number }): Snapshot {
  return {
    taken_at: new Date(now).toISOString(),
    namespace,
    objects: {},
    events: [],
    coverage: {},
    absent: [],
    missing_apis: [],
    gaps: [],
    cost: { requests: 0, bytes: 0, ms: 0 },
  }
}

const minTurns = 4
const maxThoughtMs = 30_000

/**
 * What an agent may use at this point of the run: its share of the turns, models only while the investigation goes on.
 * `concluding`: the deadline no longer binds, for the conclusion has time of its own.
 */
export function agentDeps(run: RunContext, state: LeaderState, notes: StepNotes, concluding = false): AgentDeps {
  const mayAskModels = state.stopped_by === undefined && !run.deadline.aborted
  const left = run.allowed_ms - (run.clock() - run.started)
  return {
    registry: run.registry,
    ledger: notes.ledger,
    view: run.snapshot.view,
    signal: concluding ? run.signal : run.deadline,
    mind_for: mayAskModels ? (name) => run.mind_for?.(name) : undefined,
    left_ms: Math.max(0, left),
    mind_timeout_ms: Math.max(1, Math.min(maxThoughtMs, left)),
    max_turns: Math.max(minTurns, run.settings.max_turns - state.turns),
  }
}
