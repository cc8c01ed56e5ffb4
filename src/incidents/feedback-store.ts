import type { Feedback } from '#src/domain/feedback.ts'

/** What people thought of decisions. */
export interface FeedbackStore {
  /** Kept with a line in the incident's history. False: there is no such incident. */
  add(feedback: Feedback): Promise<boolean>
  /** Oldest first. */
  of(incident_id: string): Promise<Feedback[]>
}
