import { sql } from 'kysely'
import type { AdmissionResult } from '#src/domain/admission-result.ts'
import type { AdmissionStore, Candidate, Judge } from '#src/intake/admission/admission-store.ts'
import { type Columns, type Engine, type Executor, type Access, transact } from '#src/adapters/sql/engine.ts'
import { BatchJudge, type Judged } from './judge-batch.ts'
import { type Known, loadKnown } from './known-incidents.ts'
import { LiveLoad, readLoad } from './queue-load.ts'
import { storable, toJson } from '#src/adapters/sql/to-json.ts'
import { saveIncidents } from '#src/adapters/sql/tracked-incident.ts'

const deliveries: Columns = { delivery_key: 'text' }

const signalColumns = {
  id: 'text',
  incident_id: 'text',
  status: 'text',
  reason: 'text',
  source: 'text',
  state: 'text',
  namespace: 'text',
  received_at: 'text',
  caller: 'text',
  trace_id: 'text',
  fingerprint: 'text',
  delivery_key: 'text',
  explanation: 'text',
  raw: 'text',
} as const satisfies Columns

const ownerColumns: Columns = { source: 'text', alert_key: 'text', incident_id: 'text', consequence: 'int' }

/**
 * Signals and the incidents that they open. Batches of several processes go one after the other: the time that costs is shared by all
 * of a batch, and every judgement sees the final state of the one before.
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
      return judged.results
    })
  }
}

/** False for plain repeats, which are most of a storm: nothing can come of them for which it matters how full the queue is. */
function mayOpen(batch: readonly Candidate[], { by_fingerprint }: Known): boolean {
  const known = new Set(by_fingerprint.map((row) => row.fingerprint))
  return batch.some(({ signal, fingerprint }) => signal.state === 'resolved' || !known.has(fingerprint))
}

/** The results of deliveries that came before, by their keys. */
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
    rows.map(({ delivery_key, incident_id, ...result }) => [
      delivery_key,
      { ...result, incident_id: incident_id ?? undefined },
    ]),
  )
}

/** Writes the result of a batch, in a few statements. */
async function writeBatch(transaction: Executor, engine: Engine, judged: Judged): Promise<void> {
  await saveIncidents(transaction, engine, judged.incidents)
  await writeOwners(transaction, engine, judged)
  await engine.insertRows(transaction, 'signals', judged.kept.map(signalRow), signalColumns)
}

async function writeOwners(executor: Executor, engine: Engine, { alert_keys }: Judged): Promise<void> {
  if (alert_keys.length === 0) return
  await sql`insert into alert_keys (source, alert_key, incident_id, consequence)
    select source, alert_key, incident_id, consequence from ${engine.rowsOf(alert_keys, ownerColumns)} as r where true
    on conflict (source, alert_key)
    do update set incident_id = excluded.incident_id, consequence = excluded.consequence`.execute(executor)
}

function signalRow({ candidate, result }: Judged['kept'][number]): Record<string, unknown> {
  const { signal, fingerprint, fingerprint_fields, caller, trace_id, received_at } = candidate
  const { observed_at, resource, alert, reason: reported_reason } = signal
  return {
    id: result.signal_id,
    incident_id: result.incident_id,
    status: result.status,
    reason: result.reason,
    source: signal.source,
    state: signal.state,
    namespace: signal.namespace,
    received_at,
    caller,
    trace_id,
    fingerprint,
    delivery_key: signal.delivery_key,
    explanation: toJson({ observed_at, fingerprint_fields, resource, alert, reported_reason }),
    raw: storable(JSON.stringify(signal)),
  }
}
