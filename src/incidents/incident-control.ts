import type { IncidentRecord, IncidentStatus } from '#src/domain/incident-record.ts'

/** Who steps in, and why. */
export interface Intervention {
  actor: string
  reason: string
  trace_id: string
  /** ISO. */
  at: string
}

/** How the incident stands afterwards. `changed`: false where its status did not allow it, and nothing was done. */
export interface Intervened {
  changed: boolean
  record: IncidentRecord
}

/** What people do to incidents. Undefined: there is no such incident. */
export interface IncidentControl {
  /** Ends an incident that is not closed yet. A run under way loses its claim. */
  close(incident_id: string, by: Intervention): Promise<Intervened | undefined>
  /**
   * Queues an incident of one of the statuses `from` for a new run, its failures forgotten. Not changed where another incident about
   * the same problem has been opened since.
   */
  queueAgain(
    incident_id: string,
    by: Intervention & { from: readonly IncidentStatus[]; expires_at: string },
  ): Promise<Intervened | undefined>
}
