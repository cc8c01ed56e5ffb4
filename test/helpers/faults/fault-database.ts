import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'pg'
import { startPostgres } from '#test/helpers/postgres-server.ts'

/** A database that the test looks into by itself, past the service's own code. */
export interface FaultDatabase {
  /** For DATABASE_URL. */
  url: string
  query(text: string): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

/** A SQLite file of its own. */
export function sqliteFaultDatabase(): FaultDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'))
  const path = join(folder, 'store.db')
  let file: Database.Database | undefined
  return {
    url: `sqlite:${path}`,
    query(text) {
      file ??= new Database(path, { timeout: 5_000 })
      return Promise.resolve(file.prepare(text).all() as Record<string, unknown>[])
    },
    close() {
      file?.close()
      rmSync(folder, { recursive: true, force: true })
      return Promise.resolve()
    },
  }
}

/** A database of a real PostgreSQL server of its own. */
export async function postgresFaultDatabase(): Promise<FaultDatabase> {
  const server = await startPostgres()
  const url = await server.createDatabase()
  const pool = new Pool({ connectionString: url, max: 2 })
  pool.on('error', () => undefined)
  return {
    url,
    query: async (text) => (await pool.query<Record<string, unknown>>(text)).rows,
    async close() {
      await pool.end()
      await server.close()
    },
  }
}
