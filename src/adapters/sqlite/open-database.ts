import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

/**
 * A database file, its folder made where it is missing. `FULL`: every commit survives a power cut. `NORMAL` (which SQLite is
 * compiled with here for WAL): every commit survives the end of the process, and a power cut may take the last ones.
 * From then on a lock that somebody else holds is an error at once: SQLite's own way to wait blocks the whole process (`whileBusy`).
 */
export function openDatabase(path: string, synchronous: 'FULL' | 'NORMAL'): Database.Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const database = new Database(path, { timeout: 5_000 })
  database.pragma('journal_mode = WAL')
  database.pragma(`synchronous = ${synchronous}`)
  database.pragma('foreign_keys = ON')
  database.pragma('busy_timeout = 0')
  return database
}
