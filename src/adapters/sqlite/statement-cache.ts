import type Database from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

const capacity = 100

/** The database as Kysely wants it, with each statement prepared once: the service knows a few dozen statements. */
export function withStatementCache(database: Database.Database): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => void database.close(),
    prepare(text) {
      const known = statements.get(text)
      if (known) return known
      const statement: SqliteStatement = database.prepare(text)
      if (statements.size < capacity) statements.set(text, statement)
      return statement
    },
  }
}
