import type { z } from 'zod'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { Gap } from '#src/domain/gap.ts'

/** `read` changes nothing. `write` would change something: a write tool returns an action and never carries it out. */
export type ToolEffect = 'read' | 'write'

/** What a tool may use of the run. */
export interface ToolContext {
  /** Aborted on timeout or when the run ends; a tool checks it before each step of I/O. */
  signal: AbortSignal
}

/** `output` lives only in the memory of the agent that called; `evidence` goes to the ledger, redacted; `gaps` to the decision. */
export interface ToolResult<Output> {
  output: Output
  evidence: EvidenceDraft[]
  gaps: Gap[]
}

/** One typed capability of an agent. */
export interface Tool<Input = never, Output = unknown> {
  /** snake_case, as a mind names it: `query_logs`. */
  name: string
  /** One or two sentences for a mind and for people. */
  description: string
  effect: ToolEffect
  input: z.ZodType<Input>
  timeout_ms: number
  run(input: Input, context: ToolContext): Promise<ToolResult<Output>>
}
