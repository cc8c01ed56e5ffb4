import { sql, type Transaction } from 'kysely'
import type { Intervened, IncidentControl, Intervention } from '#src/incidents/incident-control.ts'
import { appendNotes, type Note } from './append-notes.ts'
import { toRecord } from './incident-rows.ts'
import { updateIncident } from './queue/update-incident.ts'
import { queueAgain, unclaimed } from './queue-again.ts'
import type { IncidentRow, Tables } from './tables.ts'
import { type Access, transact } from './transact.ts'

type Requeue = Parameters<IncidentControl['queueAgain']>[1]

/** What people do to incidents. */
export class SqlIncidentControl implements IncidentControl {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  close(incident_id: string, by: Intervention): Promise<Intervened | undefined> {
    return this.#change(incident_id, async (transaction, row) => {
      if (row.status === 'closed') return undefined
      await updateIncident(transaction, row.id, {
        ...unclaimed,
        status: 'closed',
        status_reason: by.reason,
        closed_at: by.at,
        updated_at: by.at,
      })
      await endThread(transaction, row, by.at)
      return noteOf(row, by, 'closed')
    })
  }

  queueAgain(incident_id: string, by: Requeue): Promise<Intervened | undefined> {
    return this.#change(incident_id, async (transaction, row) => {
      if (!by.from.includes(row.status)) return undefined
      const { reason, trace_id } = by
      const times = { at: Date.parse(by.at), expires_ms: Date.parse(by.expires_at) }
      if (!(await queueAgain(transaction, row, { ...times, reason, trace_id }))) return undefined
      return noteOf(row, by, 'requeued')
    })
  }

  /** `work` answers the line for the history, or undefined where it changed nothing. */
  #change(
    incident_id: string,
    work: (transaction: Transaction<Tables>, row: IncidentRow) => Promise<Note | undefined>,
  ): Promise<Intervened | undefined> {
    const { engine } = this.#access
    const read = (transaction: Transaction<Tables>) =>
      sql<IncidentRow>`select i.* from incidents i where i.id = ${incident_id} ${engine.for_update}`.execute(
        transaction,
      )
    return transact(this.#access, 'admission', async (transaction) => {
      const row = (await read(transaction)).rows[0]
      if (!row) return undefined
      const note = await work(transaction, row)
      if (!note) return { changed: false, record: toRecord(row) }
      await appendNotes(transaction, engine, [note])
      const after = (await read(transaction)).rows[0] ?? row
      return { changed: true, record: toRecord(after) }
    })
  }
}

function noteOf({ id }: IncidentRow, { at, actor, reason }: Intervention, kind: Note['kind']): Note {
  return { incident_id: id, at, kind, text: reason, actor }
}

async function endThread(transaction: Transaction<Tables>, { run_id, status }: IncidentRow, at: string): Promise<void> {
  if (run_id === null) return
  await sql`update threads set ended_at = ${at} where id = ${run_id}`.execute(transaction)
  if (status === 'running' || status === 'queued')
    await sql`update runs set status = 'interrupted', finished_at = ${at} where id = ${run_id}
      and status in ('running', 'interrupted')`.execute(transaction)
}
