import type { StormState } from '../../domain/queue-view.ts'

/*
 * Counts the incidents that this process opened within the last minute, in buckets of a second. A storm begins above the limit and
 * ends below half of it, so that it does not flicker.
 */

const buckets = 60

/** Notices when many incidents are opened at once. */
export class StormGauge {
  readonly #limit: number
  readonly #now: () => number
  readonly #counts = new Map<number, number>()
  #since: string | undefined

  /** `now`: epoch milliseconds. */
  constructor(limit_per_minute: number, now: () => number) {
    this.#limit = limit_per_minute
    this.#now = now
  }

  add(opened: number): void {
    const second = Math.floor(this.#now() / 1000)
    if (opened > 0) this.#counts.set(second, (this.#counts.get(second) ?? 0) + opened)
  }

  state(): StormState {
    const opened_last_minute = this.#openedLastMinute()
    if (opened_last_minute > this.#limit) this.#since ??= new Date(this.#now()).toISOString()
    else if (opened_last_minute * 2 <= this.#limit) this.#since = undefined
    const active = this.#since !== undefined
    const state = { active, opened_last_minute, limit_per_minute: this.#limit }
    return this.#since === undefined ? state : { ...state, since: this.#since }
  }

  /** A clock that was set back leaves buckets of the future behind: they go, too. */
  #openedLastMinute(): number {
    const second = Math.floor(this.#now() / 1000)
    let opened = 0
    for (const [bucket, count] of this.#counts) {
      if (bucket <= second - buckets || bucket > second) this.#counts.delete(bucket)
      else opened += count
    }
    return opened
  }
}
