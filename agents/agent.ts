import type { z } from 'zod'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Evidence, EvidenceDraft } from '#src/domain/evidence.ts'
import type { Finding } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'

/** What a mind asks of the registry. */
export interface ToolCall {
  tool: string
  input: unknown
}

/** What came of a call: the tool's output (in memory only), the ids of its evidence, and what it could not see. */
export interface ToolOutcome {
  call: ToolCall
  /** Absent where the call failed. */
  output?: unknown
  evidence: string[]
  gaps: Gap[]
}

/** The run's facts by id. Bodies are read through this, never carried in shared state. */
export interface EvidenceReader {
  get(id: string): Evidence | undefined
}

/** Redacts and keeps facts; the same fact twice gets the same id. */
export interface EvidenceLedger extends EvidenceReader {
  record(draft: EvidenceDraft): string
  all(): Evidence[]
}

/** Everything a mind may know when it is asked for its next step. */
export interface MindContext<Brief> {
  brief: Brief
  /**
   * Outcomes of this agent's calls so far, oldest first, including those of an agent that handed off to it within its team. A model
   * gets them without their outputs where the agent has a digest of them.
   */
  results: ToolOutcome[]
  /** For a model only: what the results hold, in as few tokens as will do. */
  digest?: string
  evidence: EvidenceReader
  /** The snapshot of the cluster; agents read it, tools do not. */
  view: ClusterView
  /** Findings of the run so far. */
  findings: Finding[]
  /** 1 for the first question. */
  turn: number
  signal: AbortSignal
  /** What the rules of this agent answered; there for a model only, which may add to it, refine it or refute it, citing evidence. */
  rules_answer?: unknown
}

/** A mind's answer: calls to run, a colleague to hand off to with a reason, or the agent's output. */
export type MindStep<Output> =
  | { kind: 'tool_calls'; calls: ToolCall[] }
  | { kind: 'handoff'; to: string; reason: string; request: unknown }
  | { kind: 'output'; output: Output; said: string }

/** `rules` is a pure function of its context; a model mind puts the same question to a model. */
export interface Mind<Brief, Output> {
  /** `rules`, or the model's name. */
  readonly name: string
  next(context: MindContext<Brief>): MindStep<Output> | Promise<MindStep<Output>>
}

/** One agent: who it is, what it may call, to whom it may hand off, and how its output is checked. */
export interface Agent<Brief, Output> {
  name: string
  description: string
  /** Names of tools in the registry; a call to any other is refused. */
  tools: readonly string[]
  /** Names of agents of its team that it may hand off to. */
  handoffs: readonly string[]
  output: z.ZodType<Output>
  /** What a model gets in place of the results, because logs are too long for a prompt. */
  digest?(context: MindContext<Brief>): string
  rules: Mind<Brief, Output>
}
