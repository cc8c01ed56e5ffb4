import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Columns, Engine, Executor, LockName } from '#src/adapters/sql/engine.ts'
import type { Tables } from '#src/adapters/sql/tables.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'

/** Advisory locks are numbers that all users of a database share: these are this service's own. */
const locks: Record<LockName, number> = {
  admission: 7_735_001,
  claim: 7_735_002,
  audit: 7_735_003,
  migration: 7_735_004,
  catalogue: 7_735_005,
}

/** PostgreSQL's ways. */
export const postgresEngine: Engine = {
  has_one_writer: false,
  integer: 'bigint',
  table_end: '',
  sequence: 'seq bigint generated always as identity primary key',
  lock,
  transactUnforced,
  for_update: sql`for update of i`,
  skip_locked: sql`skip locked`,
  by_bytes: sql` collate "C"`,
  rowsOf,
  insertRows,
  updateRows,
  isOneOf: (column, values) => sql`${sql.ref(column)} = any(${[...values]}::text[])`,
}

/**
 * A claim walks the queue over the index that has its order. The planner's statistics are a minute old where a storm has just filled the
 * table; on their grounds it would read the whole queue, and sort it, for each claim.
 */
const avoided = ['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_sort']
const inOrder = sql.raw(avoided.map((setting) => `, set_config('${setting}', 'off', true)`).join(''))

async function lock(transaction: Executor, name: LockName): Promise<void> {
  const hints = name === 'claim' ? inOrder : sql``
  await sql`select pg_advisory_xact_lock(${sql.lit(locks[name])})${hints}`.execute(transaction)
}

function transactUnforced<T>(
  database: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return database.transaction().execute(async (transaction) => {
    await sql`set local synchronous_commit = off`.execute(transaction)
    return work(transaction)
  })
}

const types = { text: 'text', int: 'bigint' }

function rowsOf(objects: readonly object[], columns: Columns): RawBuilder<unknown> {
  const fields = Object.entries(columns).map(([name, type]) => `${name} ${types[type]}`)
  return sql`(select ordinality as position, rows.* from rows from (jsonb_to_recordset(${toJson(objects)}::jsonb) as (${sql.raw(fields.join(', '))})) with ordinality as rows (${sql.raw(Object.keys(columns).join(', '))}, ordinality))`
}

async function insertRows(transaction: Executor, table: string, rows: readonly object[], columns: Columns) {
  if (rows.length === 0) return
  const names = sql.raw(Object.keys(columns).join(', '))
  await sql`insert into ${sql.table(table)} (${names})
    select ${names} from ${rowsOf(only(rows, columns), columns)} as r order by position`.execute(transaction)
}

async function updateRows(transaction: Executor, table: string, rows: readonly object[], columns: Columns) {
  if (rows.length === 0) return
  const names = Object.keys(columns).filter((name) => name !== 'id')
  const changes = sql.raw(names.map((name) => `${name} = r.${name}`).join(', '))
  await sql`update ${sql.table(table)} as t set ${changes}
    from ${rowsOf(only(rows, columns), columns)} as r where t.id = r.id`.execute(transaction)
}

/** Without what is not written: a row is sent to the server as it stands here. */
function only(rows: readonly object[], columns: Columns): object[] {
  const names = Object.keys(columns)
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, (row as Record<string, unknown>)[name]])))
}
