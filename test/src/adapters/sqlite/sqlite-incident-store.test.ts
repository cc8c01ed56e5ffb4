import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteIncidentStore } from '../../../../src/adapters/sqlite/sqlite-incident-store.ts'
import { incidentStoreContract, type StoreUnderTest } from '../../../contract/incident-store.contract.ts'

async function openInFile(): Promise<StoreUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  const path = join(folder, 'a folder/that is not there yet/store.db')
  const opened = [await openSqliteIncidentStore(path)]
  return {
    store: opened[0]!,
    async reopen() {
      const next = await openSqliteIncidentStore(path)
      opened.push(next)
      return next
    },
    async close() {
      await Promise.all(opened.map((store) => store.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function openInMemory(): Promise<StoreUnderTest> {
  const store = await openSqliteIncidentStore(':memory:')
  return { store, reopen: () => Promise.resolve(store), close: () => store.close() }
}

incidentStoreContract('a SQLite file', openInFile)
incidentStoreContract('SQLite in memory', openInMemory)

describe('src/adapters/sqlite/sqlite-incident-store', () => {
  it('writes ahead, into tables that any SQLite can read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'store-'))
    const path = join(folder, 'store.db')
    const store = await openSqliteIncidentStore(path)
    await store.check()
    await store.close()
    const database = new Database(path, { readonly: true })
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
    const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all()
    expect(tables).toEqual(expect.arrayContaining(['incidents', 'runs', 'evidence', 'decisions']))
    database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('refuses a file that is no database', async () => {
    await expect(openSqliteIncidentStore(import.meta.filename)).rejects.toThrow()
  })

  it('rejects, and does not hang, once it is closed', async () => {
    const store = await openSqliteIncidentStore(':memory:')
    await store.close()
    await expect(store.check()).rejects.toThrow()
  })
})
