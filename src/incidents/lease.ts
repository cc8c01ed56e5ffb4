import type { Claim, Lease } from './port.ts'
import type { WorkerDeps } from './worker-deps.ts'

/* Renewing one's own claim, and finding claims that nobody renews. */

/**
 * Renews a claim at a third of its lease until it is disposed of. The signal is aborted when the claim is lost, or when the store
 * could not be reached for so long that another replica may have taken it: then nothing more may be written for it.
 */
export function keepLease(
  claim: Claim,
  { store, limits, now, monotonic, logger }: Pick<WorkerDeps, 'store' | 'limits' | 'now' | 'monotonic' | 'logger'>,
): Disposable & { lost: AbortSignal } {
  const lost = new AbortController()
  let renewed = monotonic()
  const giveUp = (why: string) => {
    logger.warn({ incident_id: claim.incident.id, attempt: claim.attempt }, 'claim lost')
    lost.abort(new Error(why))
  }
  const renew = async () => {
    try {
      if (!(await store.renew(claim, now() + limits.lease_ms))) return giveUp('the claim is lost')
      renewed = monotonic()
    } catch (error) {
      logger.warn({ error, incident_id: claim.incident.id }, 'claim not renewed')
      if (monotonic() - renewed >= limits.lease_ms) giveUp('the claim could not be renewed in time')
    }
  }
  let pending: Promise<void> | undefined
  const timer = setInterval(
    () => {
      if (!lost.signal.aborted) pending ??= renew().finally(() => (pending = undefined))
    },
    Math.max(1, Math.floor(limits.lease_ms / 3)),
  )
  return { lost: lost.signal, [Symbol.dispose]: () => clearInterval(timer) }
}

interface Sighting {
  lease: Lease
  since: number
}

/**
 * Finds expired leases: those that showed the same values for a whole lease of the watcher's own time. Clocks of other replicas play no
 * part, as in the leader election of Kubernetes' client-go.
 */
export class LeaseWatch {
  readonly #lease_ms: number
  #seen = new Map<string, Sighting>()

  constructor(lease_ms: number) {
    this.#lease_ms = lease_ms
  }

  /** `now`: milliseconds of any clock that only goes forward. */
  expired(leases: readonly Lease[], now: number): Lease[] {
    const seen = new Map<string, Sighting>()
    for (const lease of leases) {
      const before = this.#seen.get(lease.incident_id)
      const same = before?.lease.attempt === lease.attempt && before.lease.lease_until === lease.lease_until
      seen.set(lease.incident_id, before && same ? before : { lease, since: now })
    }
    this.#seen = seen
    return [...seen.values()].filter(({ since }) => now - since >= this.#lease_ms).map(({ lease }) => lease)
  }
}
