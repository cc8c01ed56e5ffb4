import { Annotation, type LangGraphRunnableConfig } from '@langchain/langgraph'
import type { EvidenceLedger, Mind } from '#agents/agent.ts'
import type { GuardBrief } from '#agents/action/guard-agent.ts'
import type { AgentDeps } from '#agents/run-agent.ts'
import type { LogTarget } from '#agents/select-log-targets.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import type { RecommendedAction } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import type { FindingBook } from './finding-book.ts'
import type { Observe } from './observe.ts'
import type { WorkflowSettings } from './workflow-settings.ts'

/** Teams that can be switched off, to see what they are good for. */
export type TeamName = 'log' | 'metric' | 'action'

/**
 * Everything of one run that is too large or too private for the shared state: the picture, the facts, the ports. It travels in
 * the graph's context, lives in memory and dies with the run.
 */
export interface CaseFile {
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
  readonly ledger: EvidenceLedger
  readonly findings: FindingBook
  /** Removes secrets and hostile characters; knows more of them after each look. */
  readonly redact: (text: string) => string
  readonly learnSecrets: (snapshot: Snapshot) => void
  view: ClusterView
  log_targets: LogTarget[]
  /** A log of a container that is not well was asked for: what of it cannot be read may change the verdict. */
  asked_unwell: boolean
  /** Containers whose logs the team was asked for already, so that a later look asks for others. */
  logs_asked: string[]
  metric_questions: MetricQuestion[]
  actions: RecommendedAction[]
  readonly timings: Record<string, number>
  decision?: Decision
  /** Keeps what the run has found so far; called before a step's result is checkpointed. Rejects where it cannot be kept. */
  keep(): Promise<void>
  /** Tells whoever listens that a step is over. */
  told(step: string, ms: number): void
}

/** The graph's context. */
export const LeaderContext = Annotation.Root({ case_file: Annotation<CaseFile>() })
export type LeaderConfig = LangGraphRunnableConfig<typeof LeaderContext.State>
