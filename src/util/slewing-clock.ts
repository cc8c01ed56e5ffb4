/** How fast it follows the wall clock: a jump of an hour is corrected within ten hours. */
const slewRate = 0.1

/**
 * A clock for ages and back-offs: epoch milliseconds that never go backwards and never jump. When the wall clock is set, this one
 * approaches it slowly, so that a queue does not expire because the time was corrected.
 * `wall`: epoch milliseconds; `monotonic`: milliseconds that only go forward.
 */
export function createSlewingClock(wall: () => number, monotonic: () => number): () => number {
  let [now, read] = [wall(), monotonic()]
  return () => {
    const at = monotonic()
    const elapsed = Math.max(0, at - read)
    read = at
    const straight = now + elapsed
    const maxSlew = elapsed * slewRate
    now = straight + Math.max(-maxSlew, Math.min(maxSlew, wall() - straight))
    return Math.round(now)
  }
}
