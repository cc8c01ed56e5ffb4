import { sql } from 'kysely'
import type { QueueItem } from '#src/domain/queue-view.ts'
import type { QueueWatch, StoredQueue } from '#src/incidents/port.ts'
import { toRecord } from './incident-rows.ts'
import type { IncidentRow } from './tables.ts'
import type { Access } from './transact.ts'

type Counts = Pick<StoredQueue, 'queued' | 'running' | 'dead_letters' | 'opened_last_minute'>

/** The queue over all replicas. */
export class SqlQueueWatch implements QueueWatch {
  readonly #database: Access['database']

  constructor({ database }: Access) {
    this.#database = database
  }

  async view(now: number, limit: number): Promise<StoredQueue> {
    const counted = await sql<Counts>`select
      (select count(*) from incidents where status = 'queued') as queued,
      (select count(*) from incidents where status = 'running') as running,
      (select count(*) from incidents where status = 'failed') as dead_letters,
      (select count(*) from incidents where opened_ms >= ${now - 60_000}) as opened_last_minute`.execute(this.#database)
    const counts = counted.rows[0] ?? { queued: 0, running: 0, dead_letters: 0, opened_last_minute: 0 }
    const [waiting, running_now] = [await this.#items('queued', limit), await this.#items('running', limit)]
    return { ...counts, waiting, running_now }
  }

  async #items(status: 'queued' | 'running', limit: number): Promise<QueueItem[]> {
    const rows = await this.#database
      .selectFrom('incidents')
      .selectAll()
      .where('status', '=', sql<'queued' | 'running'>`${sql.lit(status)}`)
      .orderBy('claim_rank')
      .limit(limit)
      .execute()
    return rows.map(toItem)
  }
}

function toItem(row: IncidentRow): QueueItem {
  const { incident, priority, status_reason, expires_at, available_at } = toRecord(row)
  const { id: incident_id, service, namespace, resource, opened_at, signal_count } = incident
  const about = { incident_id, priority, service, namespace, resource, opened_at, signal_count }
  return { ...about, status_reason, expires_at, available_at }
}
