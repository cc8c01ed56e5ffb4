import type { Claim, QueueStore, TimelineNote } from './queue-store.ts'

const flush_ms = 200

/**
 * Lines for the history of a run, written in handfuls so that a run of many quick steps does not cost a commit each. A line that
 * could not be written is dropped: the history is for people, and must not break a run.
 */
export class StepNotes {
  readonly #store: Pick<QueueStore, 'note'>
  readonly #claim: Claim
  readonly #failed: (error: unknown) => void
  #waiting: TimelineNote[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(store: Pick<QueueStore, 'note'>, claim: Claim, failed: (error: unknown) => void) {
    this.#store = store
    this.#claim = claim
    this.#failed = failed
  }

  add(note: TimelineNote): void {
    this.#waiting.push(note)
    this.#timer ??= setTimeout(() => void this.flush(), flush_ms)
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const notes = this.#waiting
    if (notes.length === 0) return
    this.#waiting = []
    await this.#store.note(this.#claim, notes).catch(this.#failed)
  }
}
