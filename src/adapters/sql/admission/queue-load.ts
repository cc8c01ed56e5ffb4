import { sql } from 'kysely'
import type { Candidate, QueueLoad } from '#src/intake/port.ts'
import type { Columns, Engine, Executor } from '#src/adapters/sql/engine.ts'
import type { TrackedIncident } from '#src/adapters/sql/tracked-incident.ts'
import type { IncidentStatus } from '#src/domain/incident-record.ts'

const services: Columns = { service: 'text' }
interface Lane {
  service: string
  one: string | null
  other: string | null
}

type Counts = Omit<QueueLoad, 'service_busy' | 'queued_before'>
const empty: Counts = { queued: 0, running: 0, opened_last_minute: 0 }

/** How full the queue is, kept up to date while a batch is judged. */
export class LiveLoad {
  readonly #counts: Counts
  #queued_before: number
  /** Up to two incidents of a service that are queued or running: enough to find one that is not a given one. */
  readonly #lanes = new Map<string, Set<string>>()

  constructor(counts: Counts = empty, lanes: readonly Lane[] = []) {
    this.#counts = { ...counts }
    this.#queued_before = counts.queued
    for (const { service, one, other } of lanes)
      this.#lanes.set(service, new Set([one, other].filter((id) => id !== null)))
  }

  /** The candidates from here on belong to another request. */
  nextRequest(): void {
    this.#queued_before = this.#counts.queued
  }

  for(service: string, incident_id: string | undefined): QueueLoad {
    const lane = this.#lanes.get(service)
    const service_busy = lane !== undefined && [...lane].some((id) => id !== incident_id)
    return { ...this.#counts, queued_before: this.#queued_before, service_busy }
  }

  /** An incident's status changed, or it was opened (`before` is undefined). */
  moved({ id, identity: { service }, state: { status } }: TrackedIncident, before: IncidentStatus | undefined): void {
    if (before === status) return
    if (before === undefined) this.#counts.opened_last_minute += 1
    if (before === 'queued') this.#counts.queued -= 1
    const lane = this.#lanes.get(service) ?? new Set()
    this.#lanes.set(service, lane)
    if (status === 'queued') {
      this.#counts.queued += 1
      lane.add(id)
    } else if (status !== 'running') lane.delete(id)
  }
}

/** Counting stops there: over an index that takes milliseconds. */
const maxCount = 100_000

/** Two statements for a batch of any size. */
export async function readLoad(executor: Executor, engine: Engine, batch: readonly Candidate[]): Promise<LiveLoad> {
  const since = Date.parse(batch[0]?.received_at ?? '') - 60_000
  const counted = await sql<Counts>`
    select (select count(*) from (select id from incidents where status = 'queued' limit ${maxCount}) as q) as queued,
      (select count(*) from incidents where status = 'running') as running,
      (select count(*) from (select id from incidents where opened_ms >= ${since} limit ${maxCount}) as o) as opened_last_minute`.execute(
    executor,
  )
  const counts = counted.rows[0] ?? empty
  const names = [...new Set(batch.map((candidate) => candidate.service))].map((service) => ({ service }))
  const busy = sql`from incidents i where i.service = r.service and i.status in ('queued', 'running') order by i.id limit 1`
  const { rows } = await sql<Lane>`
    select r.service, (select i.id ${busy}) as one, (select i.id ${busy} offset 1) as other
    from ${engine.rowsOf(names, services)} as r`.execute(executor)
  return new LiveLoad(counts, rows)
}
