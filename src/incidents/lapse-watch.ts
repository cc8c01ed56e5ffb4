import type { Lease } from './queue-store.ts'

interface Sight {
  lease: Lease
  since: number
}

/**
 * Tells which claims have been left alone: those that showed the very same values for a whole lease of the watcher's own time. Clocks
 * of other replicas play no part, as in the leader election of Kubernetes' client-go.
 */
export class LapseWatch {
  readonly #lease_ms: number
  #seen = new Map<string, Sight>()

  constructor(lease_ms: number) {
    this.#lease_ms = lease_ms
  }

  /** `now`: milliseconds of any clock that only goes forward. */
  lapsed(leases: readonly Lease[], now: number): Lease[] {
    const seen = new Map<string, Sight>()
    for (const lease of leases) {
      const before = this.#seen.get(lease.incident_id)
      const same = before?.lease.attempt === lease.attempt && before.lease.lease_until === lease.lease_until
      seen.set(lease.incident_id, before && same ? before : { lease, since: now })
    }
    this.#seen = seen
    return [...seen.values()].filter(({ since }) => now - since >= this.#lease_ms).map(({ lease }) => lease)
  }
}
