import type { Decision } from '#src/domain/decision.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { WorkflowInfo } from '#src/domain/workflow-info.ts'

/** One pass over an incident. */
export interface Investigation {
  incident: Incident
  /** Names the graph's thread; the same for a run that goes on after an interruption. */
  run_id: string
  /** 32 hex digits, as in W3C trace context. */
  trace_id: string
  /** Aborted when the service ends, or the claim is lost, before the run does; the run's own time limit is the investigator's business. */
  signal: AbortSignal
  /** It was interrupted, here or elsewhere: go on from what is kept of it. */
  resumes: boolean
  onStep(step: string, ms: number): void
}

/** Who works out what is wrong. What cannot be seen belongs into the decision; a rejection means that the run itself failed. */
export interface Investigator {
  investigate(request: Investigation): Promise<Decision>
  /** Clears away what is kept of a run; called when its decision is stored. */
  forget(run_id: string): Promise<void>
  describe(): WorkflowInfo
}
