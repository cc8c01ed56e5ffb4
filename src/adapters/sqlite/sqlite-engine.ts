import type Database from 'better-sqlite3'
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Columns, Engine } from '#src/adapters/sql/engine.ts'
import type { Tables } from '#src/adapters/sql/tables.ts'
import { storable, toJson } from '#src/adapters/sql/to-json.ts'

/** Writes many rows by one prepared statement, on the connection whose transaction is open. */
interface RowWriter {
  insert(table: string, rows: readonly object[], columns: Columns): void
  update(table: string, rows: readonly object[], columns: Columns): void
}

/** A text, and what its parameters stand for. */
interface Statement {
  names: string[]
  text: string
}

/** SQLite's ways. Every transaction begins as a writer, so it holds the file's one lock from its first statement on. */
export function createSqliteEngine(file: Database.Database): Engine {
  const writer = createRowWriter(file)
  return {
    has_one_writer: true,
    integer: 'integer',
    table_end: ' strict',
    sequence: 'seq integer primary key',
    lock: () => Promise.resolve(),
    transactUnforced: (database, work) => transactUnforced(file, database, work),
    for_update: sql``,
    skip_locked: sql``,
    by_bytes: sql``,
    rowsOf,
    insertRows: async (_transaction, table, rows, columns) => writer.insert(table, rows, columns),
    updateRows: async (_transaction, table, rows, columns) => writer.update(table, rows, columns),
    isOneOf: (column, values) => sql`${sql.ref(column)} in (select value from json_each(${toJson(values)}))`,
  }
}

/** No other caller has the connection in the meantime, so no other commit is taken lightly. */
function transactUnforced<T>(
  file: Database.Database,
  database: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return database.connection().execute(async (connection) => {
    file.pragma('synchronous = NORMAL')
    try {
      return await connection.transaction().execute(work)
    } finally {
      file.pragma('synchronous = FULL')
    }
  })
}

/** Up to so many rows are bound one by one; for more of them the text of the statement would be another one each time. */
const maxBoundRows = 4

function rowsOf(objects: readonly object[], columns: Columns): RawBuilder<unknown> {
  if (objects.length === 0 || objects.length > maxBoundRows) return fromJson(objects, columns)
  const names = Object.keys(columns)
  const rows = objects.map((row, position) => {
    const values = names.map((name) => sql`${toStored((row as Record<string, unknown>)[name])}`)
    return sql`select ${sql.lit(position)} as position, ${sql.join(values.map((value, index) => sql`${value} as ${sql.raw(names[index] ?? '')}`))}`
  })
  return sql`(${sql.join(rows, sql` union all `)})`
}

const selects = new WeakMap<Columns, RawBuilder<unknown>>()

function fromJson(objects: readonly object[], columns: Columns): RawBuilder<unknown> {
  const fields = selects.get(columns) ?? fieldsOf(columns)
  selects.set(columns, fields)
  return sql`(select key as position, ${fields} from json_each(${toJson(objects)}))`
}

function fieldsOf(columns: Columns): RawBuilder<unknown> {
  return sql.raw(
    Object.keys(columns)
      .map((name) => `value ->> '${name}' as ${name}`)
      .join(', '),
  )
}

/**
 * In this process a statement is no round trip, so a row at a time costs least: a batch as one JSON text would be parsed once for
 * each of its values.
 */
function createRowWriter(file: Database.Database): RowWriter {
  const statements = new Map<string, Database.Statement>()

  function write(rows: readonly object[], { names, text }: Statement): void {
    if (rows.length === 0) return
    const statement = statements.get(text) ?? file.prepare(text)
    statements.set(text, statement)
    for (const row of rows) statement.run(names.map((name) => toStored((row as Record<string, unknown>)[name])))
  }

  return {
    insert: (table, rows, columns) => write(rows, insertOf(table, columns)),
    update: (table, rows, columns) => write(rows, updateOf(table, columns)),
  }
}

function insertOf(table: string, columns: Columns): Statement {
  const names = Object.keys(columns)
  return { names, text: `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})` }
}

function updateOf(table: string, columns: Columns): Statement {
  const changed = Object.keys(columns).filter((name) => name !== 'id')
  const changes = changed.map((name) => `${name} = ?`).join(', ')
  return { names: [...changed, 'id'], text: `update ${table} set ${changes} where id = ?` }
}

/** A value as SQLite's driver takes it. */
function toStored(value: unknown): unknown {
  return typeof value === 'string' ? storable(value) : (value ?? null)
}
