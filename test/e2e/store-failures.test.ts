import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FaultProcess } from '#test/helpers/faults/fault-process.ts'
import { postgresForTests, startPostgres } from '#test/helpers/postgres-server.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

const postgres = postgresForTests()

interface Answer {
  status: number
  retryAfter: string | null
  ids: string[]
}

async function send(url: string, index: number, padding = ''): Promise<Answer> {
  const body = {
    namespace: 'shop',
    resource_kind: 'Deployment',
    resource_name: `app-${index}`,
    alert: 'Down',
    message: padding,
  }
  const answer = await fetch(`${url}/webhook/generic`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const said = (await answer.json()) as { signals?: { signal_id: string }[] }
  const ids = answer.ok ? (said.signals ?? []).map((signal) => signal.signal_id) : []
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), ids }
}

async function untilQueueIsEmpty(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/alerts/queue`)
    const queue = answer.ok ? ((await answer.json()) as { queued: number; running: number }) : undefined
    if (queue && queue.queued + queue.running === 0) return
    await pause(100)
  }
}

describe.concurrent('a service whose store fails', () => {
  let practice: Practice
  let folder: string
  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents'] })
    folder = mkdtempSync(join(tmpdir(), 'store-failures-'))
  })
  afterAll(async () => {
    await practice.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it.runIf(postgres.run)(
    `refuses while PostgreSQL is gone, goes on by itself when it is back, and has lost nothing${postgres.reason}`,
    async () => {
      await using cleanup = new AsyncDisposableStack()
      const server = await startPostgres()
      cleanup.defer(() => server.close())
      const url = await server.createDatabase()
      const env = { DATABASE_URL: url, KUBECONFIG: practice.kubeconfig, LEASE_SECONDS: '2' }
      const service = new FaultProcess('serve', env)
      cleanup.defer(async () => void (await service.kill('SIGKILL')))
      await service.start()
      const acknowledged: string[] = []
      for (let index = 0; index < 10; index++) acknowledged.push(...(await send(service.url ?? '', index)).ids)
      await server.kill()
      const refused = await send(service.url ?? '', 10)
      expect(refused).toMatchObject({ status: 503, retryAfter: expect.any(String) })
      const ready = await fetch(`${service.url}/ready`)
      expect(ready.status).toBe(503)
      expect(JSON.stringify(await ready.json())).toContain('store')
      // Longer than a lease.
      await pause(4_000)
      await server.start()
      let after = await send(service.url ?? '', 11)
      while (after.status !== 202) after = await send(service.url ?? '', 11)
      acknowledged.push(...after.ids)
      await untilQueueIsEmpty(service.url ?? '')
      const client = new Client({ connectionString: url })
      await client.connect()
      const { rows } = await client.query<{ id: string }>('select id from signals')
      await client.end()
      expect(new Set(rows.map((row) => row.id))).toEqual(new Set(acknowledged))
      expect(acknowledged).toHaveLength(11)
      expect(await service.kill('SIGTERM')).toBe(0)
    },
  )

  it.skipIf(process.platform === 'win32')(
    'refuses while the disk is full, and has kept what it acknowledged',
    async () => {
      const path = join(folder, 'full.db')
      const env = { DATABASE_URL: `sqlite:${path}`, KUBECONFIG: practice.kubeconfig, SRE_AGENT_WORKER: 'none' }
      // A file may have 2 MiB at most: a write behind that fails, as on a full disk.
      const service = new FaultProcess('serve', env, { largest_file_kib: 2048 })
      await service.start()
      const acknowledged: string[] = []
      const refused: Answer[] = []
      for (let index = 0; refused.length < 3 && index < 5_000; index++) {
        const answer = await send(service.url ?? '', index, 'x'.repeat(4_000))
        if (answer.status === 202) acknowledged.push(...answer.ids)
        else refused.push(answer)
      }
      expect(refused.map(({ status }) => status)).toEqual([503, 503, 503])
      expect(acknowledged.length).toBeGreaterThan(0)
      const health = await fetch(`${service.url}/health`)
      expect((await health.json()) as object).toHaveProperty('status')
      await service.kill('SIGKILL')
      const file = new Database(path, { readonly: true })
      const stored = new Set(file.prepare('select id from signals').pluck().all())
      file.close()
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
    },
  )
})
