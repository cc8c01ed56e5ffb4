/** Counts what fails per address within a minute. */
export interface FailureCounter {
  /** Notes one more; true where there are more than allowed. */
  note(address: string): boolean
}

const windowMs = 60_000
/** Addresses that are remembered; beyond it the oldest are forgotten, so that a flood of addresses costs no memory. */
const mostAddresses = 10_000

/** `limit` 0: no bound. */
export function createFailureCounter(limit: number, now: () => number): FailureCounter {
  const counts = new Map<string, { begun: number; failures: number }>()
  return {
    note(address) {
      if (limit === 0) return false
      const known = counts.get(address)
      const current = known && now() - known.begun < windowMs ? known : { begun: now(), failures: 0 }
      current.failures++
      counts.delete(address)
      counts.set(address, current)
      for (const oldest of counts.keys()) {
        if (counts.size <= mostAddresses) break
        counts.delete(oldest)
      }
      return current.failures > limit
    },
  }
}
