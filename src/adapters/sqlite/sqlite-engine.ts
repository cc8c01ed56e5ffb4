import { type RawBuilder, sql } from 'kysely'
import type { Columns, Engine } from '../sql/engine.ts'
import { toJson } from '../sql/to-json.ts'

/** SQLite's ways. Every transaction begins as a writer, so it holds the file's one lock from its first statement on. */
export const sqliteEngine: Engine = {
  name: 'sqlite',
  integer: 'integer',
  table_end: ' strict',
  sequence: 'seq integer primary key',
  lock: () => Promise.resolve(),
  for_update: sql``,
  skip_locked: sql``,
  rowsOf,
  isOneOf: (column, values) => sql`${sql.ref(column)} in (select value from json_each(${toJson(values)}))`,
}

const selects = new WeakMap<Columns, RawBuilder<unknown>>()

function rowsOf(objects: readonly object[], columns: Columns): RawBuilder<unknown> {
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
