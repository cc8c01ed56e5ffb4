/** How fast it follows the wall clock: a jump of an hour is caught up within ten. */
const pull = 0.1

/**
 * A clock for ages and back-offs: epoch milliseconds that never go backwards and never jump. When the wall clock is set, it drifts
 * towards it instead, so that a queue does not expire because somebody corrected the time.
 * `wall`: epoch milliseconds; `monotonic`: milliseconds since whenever.
 */
export function createSteadyClock(wall: () => number, monotonic: () => number): () => number {
  let [now, read] = [wall(), monotonic()]
  return () => {
    const at = monotonic()
    const elapsed = Math.max(0, at - read)
    read = at
    const straight = now + elapsed
    const most = elapsed * pull
    now = straight + Math.max(-most, Math.min(most, wall() - straight))
    return Math.round(now)
  }
}
