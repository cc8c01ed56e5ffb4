import type Database from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

const capacity = 200

/**
 * The database as Kysely wants it, with each statement prepared once: the service knows a few dozen statements. A transaction takes
 * the write lock when it begins: one that reads first and writes later would fail where another process wrote in between.
 */
export function withStatementCache(database: Database.Database): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => void database.close(),
    prepare(text) {
      const known = statements.get(text)
      if (known) return known
      const statement: SqliteStatement = database.prepare(text === 'begin' ? 'begin immediate' : text)
      if (statements.size < capacity) statements.set(text, statement)
      return statement
    },
  }
}
