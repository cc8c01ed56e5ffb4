import Database from 'better-sqlite3'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteStore } from '#src/adapters/sqlite/open-sqlite-store.ts'
import { buildCandidate } from '#test/helpers/build-candidate.ts'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { plainJudge } from '#test/helpers/plain-judge.ts'
import { recommend } from '#test/helpers/recommend.ts'

/** A dump of a file that the version of 2026-11-21 wrote: one incident decided twice, one failed, one running, one queued. */
const dump = readFileSync(join(import.meta.dirname, '../../../../fixtures/store/2026-11-21-incidents.sql'), 'utf8')

describe('src/adapters/sqlite/open-sqlite-store/sqlite-migrations', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'store-'))
    path = join(folder, 'store.db')
    const file = new Database(path)
    file.pragma('foreign_keys = OFF')
    file.exec(dump)
    file.close()
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('adds approvals, executions and the catalogue to a file of 2026-11-26, and leaves what is there', async () => {
    const before = await opened(path)
    const known = await before.archive.list({ limit: 9 })
    await before.close()
    const file = new Database(path)
    for (const table of ['approvals', 'executions', 'catalogue', 'catalogue_services']) file.exec(`drop table ${table}`)
    file.exec(`delete from kysely_migration where name >= '2026-11-27'`)
    file.close()
    await using store = await opened(path)
    expect(await store.archive.list({ limit: 9 })).toEqual(known)
    expect(known.items.length).toBeGreaterThan(3)
    expect(await store.approvals.list({ limit: 9 }, 0)).toEqual({ items: [] })
    expect(await store.executions.list({ limit: 9 })).toEqual({ items: [] })
    expect(await store.catalogue.revision()).toBe(0)
  })

  it('renames states of a file of 2026-11-27, and keeps its executions and histories', async () => {
    await (await openSqliteStore(path)).close()
    const file = new Database(path)
    file.exec(`drop table executions; ${formerExecutions}
      delete from kysely_migration where name >= '2026-11-30'`)
    const { approval: _approval, ...action } = recommend('inc_done')
    const seen = { state: 'gone', because: 'it is over', run_id: 'run_2', at: '2026-11-27T13:00:00.000Z' }
    const add = file.prepare(
      `insert into executions (id, incident_id, run_id, action_id, plan_hash, target_key, status, started_ms, started_by,
        expires_ms, blind_run_id, action, causes, seen_after) values (?, 'inc_done', 'run_1', 'act_1', ?, ?, ?, ?, 'anna', 9, ?, ?, '[]', ?)`,
    )
    const { plan_hash } = action
    add.run('exe_1', plan_hash, 'one', 'lapsed', 1, null, JSON.stringify(action), null)
    add.run('exe_2', plan_hash, 'two', 'done', 2, 'run_1', JSON.stringify(action), JSON.stringify(seen))
    add.run('exe_3', plan_hash, 'three', 'running', 3, null, JSON.stringify(action), null)
    const line = file.prepare(
      `insert into timeline (incident_id, seq, at, kind, text) values ('inc_done', ?, '2026-11-27T12:00:00.000Z', ?, '')`,
    )
    const kinds = ['opened', 'woken', 'approval_asked', 'execution_lapsed', 'seen_after', 'closed']
    for (const [index, kind] of kinds.entries()) line.run(100 + index, kind)
    file.close()
    await using store = await opened(path)
    const { items } = await store.executions.list({ limit: 9 })
    expect(items.map(({ id, status, observed_after }) => [id, status, observed_after])).toEqual([
      ['exe_3', 'running', undefined],
      ['exe_2', 'done', seen],
      ['exe_1', 'timed_out', undefined],
    ])
    expect((await store.archive.timeline('inc_done', 99, 9)).map(({ kind }) => kind)).toEqual([
      'opened',
      'rerun_requested',
      'approval_requested',
      'execution_timed_out',
      'observed_after',
      'closed',
    ])
    const after = new Database(path, { readonly: true })
    expect(after.prepare(`select concurrent_run_id from executions where id = 'exe_2'`).pluck().get()).toBe('run_1')
    expect(indexesOf(after)).toEqual(executionIndexes)
    expect(after.pragma('integrity_check', { simple: true })).toBe('ok')
    after.close()
  })

  it('takes over a file of 2026-11-21 without loss', async () => {
    await using store = await opened(path)
    const run_2 = buildDecision({ incident_id: 'inc_done', run_id: 'run_2', summary: 'the second look' })
    expect(await store.archive.get('inc_done')).toMatchObject({
      status: 'closed',
      closed_at: '2026-11-21T12:02:30.000Z',
      decision: run_2,
      trace_id: 'a'.repeat(32),
      incident: {
        fingerprint: 'print-inc_done',
        namespace: 'shop',
        resource: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
        reason: 'BackOff',
        message: 'it\'s "down"',
        service: 'shop/cart',
        opened_at: '2026-11-21T12:00:00.123Z',
      },
    })
    expect(await store.archive.get('inc_failed')).toMatchObject({ status: 'failed', decision: { run_id: 'run_3' } })
    expect(await store.archive.get('inc_running')).toMatchObject({ status: 'queued' })
    expect(await store.archive.get('inc_queued')).toMatchObject({
      status: 'queued',
      incident: { signal_count: 3, namespace: undefined, service: 'worker-1' },
    })
    const { items } = await store.archive.list({ limit: 10, outcome: 'issue' })
    expect(items.map((item) => item.incident.id).toSorted()).toEqual(['inc_done', 'inc_failed'])
  })

  it('runs what was left, under new runs, and keeps the rows of all runs', async () => {
    await using store = await opened(path)
    const request = { owner: 'w1', now: Date.now(), lease_ms: 1000, limit: 3 }
    const claims = [
      await store.queue.claim({ ...request, new_run_id: 'new_1', alone: true }),
      await store.queue.claim({ ...request, new_run_id: 'new_2', alone: true }),
    ]
    expect(new Set(claims.map((claim) => claim?.incident.id))).toEqual(new Set(['inc_queued', 'inc_running']))
    expect(claims.every((claim) => claim?.resumes === false)).toBe(true)
    const file = new Database(path, { readonly: true })
    expect(file.prepare('select id, status from runs order by id').raw().all()).toEqual([
      ['new_1', 'running'],
      ['new_2', 'running'],
      ['run_1', 'done'],
      ['run_2', 'done'],
      ['run_3', 'failed'],
      ['run_4', 'interrupted'],
    ])
    expect(file.prepare('select count(*) from decisions').pluck().get()).toBe(3)
    expect(file.pragma('foreign_key_check')).toEqual([])
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok')
    file.close()
  })

  it('migrates once, also where several open the file at once', async () => {
    const stores = await Promise.all([openSqliteStore(path), openSqliteStore(path), openSqliteStore(path)])
    await stores[0].admission.admit([buildCandidate()], plainJudge)
    for (const store of stores) {
      expect((await store.archive.list({ limit: 10 })).items).toHaveLength(5)
      await store.close()
    }
  })

  it('refuses a file of a newer version, and leaves it as it was', async () => {
    const file = new Database(path)
    file.exec("insert into kysely_migration (name, timestamp) values ('2099-01-01-later', '')")
    file.close()
    await expect(openSqliteStore(path)).rejects.toMatchObject({ code: 'SRE_STORE_MIGRATION' })
    const after = new Database(path)
    expect(after.prepare("select name from sqlite_master where name = 'signals'").all()).toEqual([])
    after.close()
  })

  it('refuses a file that is no database', async () => {
    await expect(openSqliteStore(import.meta.filename)).rejects.toThrow()
  })

  it('keeps the file in write-ahead mode, readable for others while it is open', async () => {
    await using store = await opened(path)
    await store.check()
    const file = new Database(path, { readonly: true })
    expect(file.pragma('journal_mode', { simple: true })).toBe('wal')
    file.close()
  })
})

/** As the version of 2026-11-27 made it. */
const formerExecutions = `create table executions (
    id text primary key, incident_id text not null references incidents (id), run_id text not null, action_id text not null,
    plan_hash text not null, approval_id text, target_key text not null,
    status text not null check (status in ('running', 'done', 'failed', 'abandoned', 'lapsed')),
    started_ms integer not null, started_by text not null, expires_ms integer not null, ended_ms integer, ended_by text, note text,
    blind_run_id text, action text not null, causes text not null, seen_after text
  ) strict;
  create unique index executions_target on executions (target_key) where status = 'running';
  create index executions_unseen on executions (incident_id) where status = 'done' and seen_after is null;`

const executionIndexes = ['approval', 'expiry', 'incident', 'listed', 'started', 'target', 'unobserved']

function indexesOf(file: Database.Database): unknown[] {
  const names = file
    .prepare(
      `select name from sqlite_master where type = 'index' and tbl_name = 'executions' and sql is not null order by name`,
    )
    .pluck()
    .all()
  return names.map((name) => String(name).replace('executions_', ''))
}

async function opened(path: string) {
  const store = await openSqliteStore(path)
  return { ...store, [Symbol.asyncDispose]: () => store.close() }
}
