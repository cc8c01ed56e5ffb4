import type { Decision } from '../domain/decision.ts'
import type { Incident } from '../domain/signal.ts'
import type { WorkflowInfo } from '../domain/workflow-info.ts'

/** One pass over an incident. */
export interface Investigation {
  incident: Incident
  /** New for each attempt; names the graph's thread. */
  run_id: string
  /** 32 hex digits, as in W3C trace context. */
  trace_id: string
  /** Aborted only when the service ends before the run does; the run's own time limit is the investigator's business. */
  signal: AbortSignal
}

/** Who works out what is wrong. What cannot be seen belongs into the decision; a rejection means that the run itself failed. */
export interface Investigator {
  investigate(request: Investigation): Promise<Decision>
  describe(): WorkflowInfo
}
