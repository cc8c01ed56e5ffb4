import type { IncidentRecord, IncidentStatus } from '#src/domain/incident-record.ts'
import type { Page } from '#src/domain/page.ts'
import type { Priority } from '#src/domain/severity.ts'
import type { AdmissionResult, SignalRecord } from '#src/domain/admission-result.ts'
import type { TimelineEntry } from '#src/domain/timeline.ts'

/** Filters of a list; every one that is given must fit. Newest first, `limit` rows after the one that `cursor` names. */
export interface IncidentQuery {
  status?: readonly IncidentStatus[]
  namespace?: string
  service?: string
  priority?: readonly Priority[]
  outcome?: string
  /** ISO: opened at or after. */
  since?: string
  /** Of the previous page's answer. */
  cursor?: string
  limit: number
}

/** Filters over what came in, whatever became of it. Newest first. */
export interface SignalQuery {
  status?: readonly AdmissionResult['status'][]
  source?: string
  namespace?: string
  /** ISO: received at or after. */
  since?: string
  cursor?: string
  limit: number
}

/** Reading back what was stored. A cursor that was not made here is refused with SRE_INCIDENTS_CURSOR. */
export interface IncidentArchive {
  get(incident_id: string): Promise<IncidentRecord | undefined>
  list(query: IncidentQuery): Promise<Page<IncidentRecord>>
  signals(incident_id: string, page: { cursor?: string; limit: number }): Promise<Page<SignalRecord>>
  /** Lines after `after_seq`, oldest first. */
  timeline(incident_id: string, after_seq: number, limit: number): Promise<TimelineEntry[]>
  recentSignals(query: SignalQuery): Promise<Page<SignalRecord>>
}
