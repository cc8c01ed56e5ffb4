import type Database from 'better-sqlite3'
import type { Columns } from '#src/adapters/sql/engine.ts'
import { toStored } from './to-stored.ts'

/** Writes many rows by one prepared statement, on the connection whose transaction is open. */
export interface RowWriter {
  insert(table: string, rows: readonly object[], columns: Columns): void
  update(table: string, rows: readonly object[], columns: Columns): void
}

/**
 * In this process a statement is no round trip, so a row at a time costs least: a batch as one JSON text would be parsed once for
 * each of its values.
 */
export function createRowWriter(file: Database.Database): RowWriter {
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

/** A text, and what its parameters stand for. */
interface Statement {
  names: string[]
  text: string
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
