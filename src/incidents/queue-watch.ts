import type { QueueView } from '#src/domain/queue-view.ts'

/** The queue as the store has it: all replicas together. */
export type StoredQueue = Omit<QueueView, 'limit' | 'storm'> & { opened_last_minute: number }

/** Looking at the queue without touching it. */
export interface QueueWatch {
  /** `now`: epoch milliseconds; `most`: items per list. */
  look(now: number, most: number): Promise<StoredQueue>
}
