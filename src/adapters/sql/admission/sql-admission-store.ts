import { sql } from 'kysely'
import type { AdmissionResult } from '#src/domain/admission-result.ts'
import type { AdmissionStore, Candidate, Judge } from '#src/intake/port.ts'
import type { Columns, Engine, Executor } from '#src/adapters/sql/engine.ts'
import { type Access, transact } from '#src/adapters/sql/transact.ts'
import { BatchJudge } from './judge-batch.ts'
import { type Known, loadKnown } from './known-incidents.ts'
import { LiveLoad, readLoad } from './queue-load.ts'
import { writeBatch } from './write-batch.ts'

const deliveries: Columns = { delivery_key: 'text' }

/**
 * Signals and the incidents that they open. Batches of several processes go one after the other: the time that costs is shared by all
 * of a batch, and nobody judges by what is about to change.
 */
export class SqlAdmissionStore implements AdmissionStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  async admit(batch: readonly Candidate[], judge: Judge): Promise<AdmissionResult[]> {
    if (batch.length === 0) return []
    const { engine } = this.#access
    return transact(this.#access, 'admission', async (transaction) => {
      const delivered = await readDeliveries(transaction, engine, batch)
      const known = await loadKnown(transaction, engine, batch)
      const load = mayOpen(batch, known) ? await readLoad(transaction, engine, batch) : new LiveLoad()
      const judged = new BatchJudge(judge, known, { load, delivered }).run(batch)
      await writeBatch(transaction, engine, judged)
      return judged.fates
    })
  }
}

/** False for plain repeats, which are most of a storm: nothing can come of them for which it matters how full the queue is. */
function mayOpen(batch: readonly Candidate[], { by_fingerprint }: Known): boolean {
  const known = new Set(by_fingerprint.map((row) => row.fingerprint))
  return batch.some(({ signal, fingerprint }) => signal.state === 'resolved' || !known.has(fingerprint))
}

/** The fates of deliveries that came before, by their keys. */
async function readDeliveries(
  executor: Executor,
  engine: Engine,
  batch: readonly Candidate[],
): Promise<Map<string, AdmissionResult>> {
  const keys = batch.flatMap(({ signal: { delivery_key } }) => (delivery_key === undefined ? [] : [{ delivery_key }]))
  if (keys.length === 0) return new Map()
  const { rows } = await sql<AdmissionResult & { delivery_key: string; incident_id: string | null }>`
    select s.delivery_key, s.id as signal_id, s.incident_id, s.status, s.reason
    from ${engine.rowsOf(keys, deliveries)} as r join signals s on s.delivery_key = r.delivery_key`.execute(executor)
  return new Map(
    rows.map(({ delivery_key, incident_id, ...fate }) => [
      delivery_key,
      { ...fate, incident_id: incident_id ?? undefined },
    ]),
  )
}
