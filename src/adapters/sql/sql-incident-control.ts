import { sql, type Transaction } from 'kysely'
import { Feedback } from '#src/domain/feedback.ts'
import type { FeedbackStore, IncidentControl, Intervened, Intervention } from '#src/incidents/port.ts'
import { toRecord } from './incident-rows.ts'
import type { Tables } from './tables.ts'
import { toJson } from './to-json.ts'
import { isProblemOpen, lockIncident, saveIncidents, type TrackedIncident } from './tracked-incident.ts'
import { type Access, transact } from './engine.ts'

type Requeue = Parameters<IncidentControl['queueAgain']>[1]

/** What people do to incidents. */
export class SqlIncidentControl implements IncidentControl {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  close(incident_id: string, by: Intervention): Promise<Intervened | undefined> {
    return this.#change(incident_id, async (transaction, incident) => {
      const { run_id, status } = incident.state
      const { actor, reason } = by
      if (!incident.apply({ kind: 'closed', at: Date.parse(by.at), actor, reason })) return false
      if (run_id !== null) await endThread(transaction, { run_id, status, at: by.at })
      return true
    })
  }

  queueAgain(incident_id: string, by: Requeue): Promise<Intervened | undefined> {
    return this.#change(incident_id, async (transaction, incident) => {
      if (await isProblemOpen(transaction, incident)) return false
      const { at, expires_at, actor, reason, trace_id, from } = by
      const expires_ms = Date.parse(expires_at)
      return incident.apply({ kind: 'requeued', at: Date.parse(at), actor, reason, trace_id, expires_ms, from })
    })
  }

  /** `work` answers whether it changed the incident. */
  #change(
    incident_id: string,
    work: (transaction: Transaction<Tables>, incident: TrackedIncident) => Promise<boolean>,
  ): Promise<Intervened | undefined> {
    const { engine } = this.#access
    return transact(this.#access, 'admission', async (transaction) => {
      const incident = await lockIncident(transaction, engine, incident_id)
      if (!incident) return undefined
      const changed = await work(transaction, incident)
      if (changed) await saveIncidents(transaction, engine, [incident])
      return { changed, record: toRecord(incident.row()) }
    })
  }
}

async function endThread(
  transaction: Transaction<Tables>,
  { run_id, status, at }: { run_id: string; status: string; at: string },
): Promise<void> {
  await sql`update threads set ended_at = ${at} where id = ${run_id}`.execute(transaction)
  if (status === 'running' || status === 'queued')
    await sql`update runs set status = 'interrupted', finished_at = ${at} where id = ${run_id}
      and status in ('running', 'interrupted')`.execute(transaction)
}

/** What people think of decisions. */
export class SqlFeedbackStore implements FeedbackStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  add(feedback: Feedback): Promise<boolean> {
    const { engine } = this.#access
    const { id, incident_id, at } = feedback
    return transact(this.#access, undefined, async (transaction) => {
      const incident = await lockIncident(transaction, engine, incident_id)
      if (!incident) return false
      await transaction
        .insertInto('feedback')
        .values({ id, incident_id, at, body: toJson(feedback) })
        .execute()
      incident.apply({ kind: 'feedback', feedback })
      await saveIncidents(transaction, engine, [incident])
      return true
    })
  }

  async of(incident_id: string): Promise<Feedback[]> {
    const rows = await this.#access.database
      .selectFrom('feedback')
      .select('body')
      .where('incident_id', '=', incident_id)
      .orderBy('at')
      .orderBy('id')
      .execute()
    return rows.map((row) => Feedback.parse(JSON.parse(row.body)))
  }
}
