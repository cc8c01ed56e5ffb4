import type { Decision } from '../domain/decision.ts'
import type { IncidentRecord } from '../domain/incident-record.ts'
import type { Incident } from '../domain/signal.ts'

/** An incident that came in, and the trace of the request that brought it. */
export interface Admission {
  incident: Incident
  trace_id: string
}

/** The start of a pass over an incident. */
export interface RunStart {
  run_id: string
  incident_id: string
  trace_id: string
  started_at: string
}

/** The end of a pass. The decision and its evidence are stored together with it, or not at all. */
export interface RunEnd {
  run_id: string
  status: 'done' | 'failed'
  decision: Decision
  finished_at: string
}

/** What must survive a crash. Whatever resolves is on disk. */
export interface IncidentStore {
  /** Keeps a new incident as queued, or counts the signal into the one under way with the same fingerprint and answers that one. */
  admit(admission: Admission): Promise<{ incident: Incident; joined: boolean }>
  startRun(start: RunStart): Promise<void>
  finishRun(end: RunEnd): Promise<void>
  /** What an earlier process left queued or running, oldest first; its runs are marked as interrupted. */
  unfinished(): Promise<Admission[]>
}

/** Reading back what was stored. */
export interface IncidentReader {
  get(incident_id: string): Promise<IncidentRecord | undefined>
  /** Newest first, without decisions. */
  recent(limit: number): Promise<IncidentRecord[]>
}
