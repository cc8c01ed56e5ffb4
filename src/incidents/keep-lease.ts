import type { Claim } from './queue-store.ts'
import type { WorkerDeps } from './worker-deps.ts'

/**
 * Renews a claim at a third of its lease until it is disposed of. The signal is aborted when the claim is lost, or when the store
 * could not be reached for so long that another replica may have taken it: then nothing more may be done in its name.
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
