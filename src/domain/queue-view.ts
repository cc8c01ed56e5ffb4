import { z } from 'zod'
import { ResourceRef } from './resource-ref.ts'
import { Priority } from './severity.ts'

/** An incident as the queue shows it. */
export const QueueItem = z.object({
  incident_id: z.string(),
  priority: Priority,
  service: z.string(),
  namespace: z.string().optional(),
  resource: ResourceRef,
  opened_at: z.string(),
  signal_count: z.number().int(),
  /** Why it waits, where the status does not say it. */
  status_reason: z.string().optional(),
  expires_at: z.string().optional(),
  /** Earliest start, after a run that broke. */
  available_at: z.string().optional(),
})
export type QueueItem = z.infer<typeof QueueItem>

/** Storm mode: more new incidents in the last minute than the configured rate. */
export const StormState = z.object({
  active: z.boolean(),
  opened_last_minute: z.number().int(),
  limit_per_minute: z.number().int(),
  since: z.string().optional(),
})
export type StormState = z.infer<typeof StormState>

/** The queue at one moment, over all replicas. */
export const QueueView = z.object({
  queued: z.number().int(),
  running: z.number().int(),
  /** Maximum of incidents that run at the same time. */
  limit: z.number().int(),
  /** Every attempt failed: each waits for a person to requeue it. */
  dead_letters: z.number().int(),
  storm: StormState,
  /** In the order in which they would run; at most as many as were asked for. */
  waiting: z.array(QueueItem),
  running_now: z.array(QueueItem),
})
export type QueueView = z.infer<typeof QueueView>
