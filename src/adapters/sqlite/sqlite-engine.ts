import type Database from 'better-sqlite3'
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Columns, Engine } from '#src/adapters/sql/engine.ts'
import type { Tables } from '#src/adapters/sql/tables.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'
import { createRowWriter } from './row-writer.ts'
import { toStored } from './to-stored.ts'

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

/** Nobody else has the connection in the meantime, so no other commit is taken lightly. */
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
const mostBound = 4

function rowsOf(objects: readonly object[], columns: Columns): RawBuilder<unknown> {
  if (objects.length === 0 || objects.length > mostBound) return fromJson(objects, columns)
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
