import { z } from 'zod'

/** What a line of an incident's history is about. */
export const TimelineKind = z.enum([
  'opened',
  'joined',
  'rerun_requested',
  'claimed',
  'step',
  'decided',
  'run_failed',
  'retry',
  'interrupted',
  'resumed',
  'expired',
  'dead_letter',
  'requeued',
  'merged',
  'resolved',
  'closed',
  'feedback',
  'approval_requested',
  'approved',
  'rejected',
  'approval_expired',
  'approval_withdrawn',
  'execution_started',
  'execution_ended',
  'execution_timed_out',
  'observed_after',
])
export type TimelineKind = z.infer<typeof TimelineKind>

/** One line of an incident's history. `seq` rises within an incident, and is what a listener resumes from. */
export const TimelineEntry = z.object({
  incident_id: z.string(),
  seq: z.number().int(),
  at: z.string(),
  kind: TimelineKind,
  /** For people, one line. */
  text: z.string(),
  run_id: z.string().optional(),
  /** Name of the caller or of the replica. */
  actor: z.string().optional(),
})
export type TimelineEntry = z.infer<typeof TimelineEntry>
