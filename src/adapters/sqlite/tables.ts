import type { IncidentStatus } from '../../domain/incident-record.ts'

/** Rows of the incidents table. */
export interface IncidentRow {
  id: string
  fingerprint: string
  namespace: string | null
  /** JSON: a resource reference. */
  resource: string
  reason: string | null
  message: string | null
  status: IncidentStatus
  signal_count: number
  trace_id: string
  opened_at: string
  updated_at: string
}

interface RunRow {
  id: string
  incident_id: string
  trace_id: string
  status: 'running' | 'done' | 'failed' | 'interrupted'
  started_at: string
  finished_at: string | null
}

interface EvidenceRow {
  run_id: string
  id: string
  position: number
  /** JSON: one evidence. */
  body: string
}

interface DecisionRow {
  run_id: string
  incident_id: string
  outcome: string
  decided_at: string
  /** JSON: the decision without its evidence. */
  body: string
}

/** All tables, for Kysely. */
export interface Tables {
  incidents: IncidentRow
  runs: RunRow
  evidence: EvidenceRow
  decisions: DecisionRow
}
