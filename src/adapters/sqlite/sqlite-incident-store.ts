import { Kysely, sql, SqliteDialect } from 'kysely'
import type { IncidentRecord, IncidentStatus } from '../../domain/incident-record.ts'
import type { Incident } from '../../domain/signal.ts'
import type { Admission, IncidentReader, IncidentStore, RunEnd, RunStart } from '../../incidents/incident-store.ts'
import { migrateDatabase } from './migrate-database.ts'
import { openDatabase } from './open-database.ts'
import { toAdmission, toDecision, toIncident, toRecord } from './rows.ts'
import type { Tables } from './tables.ts'
import { withStatementCache } from './statement-cache.ts'

/** Opens (and migrates) the store in a SQLite file. */
export async function openSqliteIncidentStore(path: string): Promise<SqliteIncidentStore> {
  const database = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: withStatementCache(openDatabase(path, 'FULL')) }),
  })
  try {
    await migrateDatabase(database)
  } catch (error) {
    await database.destroy()
    throw error
  }
  return new SqliteIncidentStore(database)
}

/** Incidents, runs, evidence and decisions in a SQLite file. Timestamps are ISO strings in UTC, so that they sort. */
export class SqliteIncidentStore implements IncidentStore, IncidentReader {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async admit({ incident, trace_id }: Admission): Promise<{ incident: Incident; joined: boolean }> {
    const row = await this.#database
      .insertInto('incidents')
      .values({
        id: incident.id,
        fingerprint: incident.fingerprint,
        namespace: incident.namespace ?? null,
        resource: JSON.stringify(incident.resource),
        reason: incident.reason ?? null,
        message: incident.message ?? null,
        status: 'queued',
        signal_count: incident.signal_count,
        trace_id,
        opened_at: incident.opened_at,
        updated_at: incident.opened_at,
      })
      .onConflict((conflict) =>
        conflict
          .column('fingerprint')
          .where('status', 'in', [sql<IncidentStatus>`'queued'`, sql<IncidentStatus>`'running'`])
          .doUpdateSet({ signal_count: sql`signal_count + 1`, updated_at: incident.opened_at }),
      )
      .returningAll()
      .executeTakeFirstOrThrow()
    return { incident: toIncident(row), joined: row.id !== incident.id }
  }

  async startRun({ run_id, incident_id, trace_id, started_at }: RunStart): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('incidents')
        .set({ status: 'running', updated_at: started_at })
        .where('id', '=', incident_id)
        .execute()
      await transaction
        .insertInto('runs')
        .values({ id: run_id, incident_id, trace_id, status: 'running', started_at, finished_at: null })
        .execute()
    })
  }

  async finishRun({ run_id, status, decision, finished_at }: RunEnd): Promise<void> {
    const { evidence, ...body } = decision
    const { incident_id, outcome } = decision
    await this.#database.transaction().execute(async (transaction) => {
      await transaction.updateTable('runs').set({ status, finished_at }).where('id', '=', run_id).execute()
      await transaction
        .insertInto('decisions')
        .values({ run_id, incident_id, outcome, decided_at: finished_at, body: JSON.stringify(body) })
        .execute()
      await sql`insert into evidence (run_id, id, position, body)
        select ${run_id}, value ->> 'id', key, value from json_each(${JSON.stringify(evidence)})`.execute(transaction)
      await transaction
        .updateTable('incidents')
        .set({ status, updated_at: finished_at })
        .where('id', '=', incident_id)
        .execute()
    })
  }

  async unfinished(): Promise<Admission[]> {
    return this.#database.transaction().execute(async (transaction) => {
      await transaction.updateTable('runs').set({ status: 'interrupted' }).where('status', '=', 'running').execute()
      const rows = await transaction
        .updateTable('incidents')
        .set({ status: 'queued' })
        .where('status', 'in', ['queued', 'running'])
        .returningAll()
        .execute()
      return rows.toSorted((left, right) => (left.opened_at < right.opened_at ? -1 : 1)).map(toAdmission)
    })
  }

  async get(incident_id: string): Promise<IncidentRecord | undefined> {
    const incident = await this.#database
      .selectFrom('incidents')
      .selectAll()
      .where('id', '=', incident_id)
      .executeTakeFirst()
    if (!incident) return undefined
    const decision = await this.#database
      .selectFrom('decisions')
      .select(['run_id', 'body'])
      .where('incident_id', '=', incident_id)
      .orderBy('decided_at', 'desc')
      .executeTakeFirst()
    if (!decision) return toRecord(incident)
    const evidence = await this.#database
      .selectFrom('evidence')
      .select('body')
      .where('run_id', '=', decision.run_id)
      .orderBy('position')
      .execute()
    return { ...toRecord(incident), decision: toDecision(decision.body, evidence) }
  }

  async recent(limit: number): Promise<IncidentRecord[]> {
    const rows = await this.#database
      .selectFrom('incidents')
      .selectAll()
      .orderBy('opened_at', 'desc')
      .limit(limit)
      .execute()
    return rows.map((row) => toRecord(row))
  }

  /** Resolves where the file can be read. */
  async check(): Promise<void> {
    await this.#database.selectFrom('incidents').select('id').limit(1).execute()
  }

  /** Closes the file; afterwards every call rejects. */
  async close(): Promise<void> {
    await this.#database.destroy()
  }
}
