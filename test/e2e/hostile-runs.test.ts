import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultDatabase, sqliteFaultDatabase } from '#test/helpers/faults/fault-database.ts'
import { FaultProcess } from '#test/helpers/faults/fault-process.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

const preload = (name: string) => join(import.meta.dirname, '../helpers/faults/preloaded', name)

async function send(url: string, namespace: string, name: string): Promise<string> {
  const answer = await fetch(`${url}/webhook/generic`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ alert: 'Down', namespace, resource_kind: 'Deployment', resource_name: name }),
  })
  const { signals } = (await answer.json()) as { signals: { incident_id: string }[] }
  return signals[0]?.incident_id ?? ''
}

async function statuses(database: FaultDatabase): Promise<Record<string, string>> {
  const rows = await database.query('select id, status from incidents')
  return Object.fromEntries(rows.map(({ id, status }) => [String(id), String(status)]))
}

async function untilSettled(database: FaultDatabase, each: () => Promise<void> = () => Promise.resolve()) {
  for (;;) {
    await each()
    const open = Object.values(await statuses(database)).filter((status) => ['queued', 'running'].includes(status))
    if (open.length === 0) return
    await pause(50)
  }
}

describe.concurrent('runs that go wrong in a real process', { timeout: 300_000 }, () => {
  let practice: Practice
  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents'] })
  })
  afterAll(() => practice.stop())

  it('gives an incident up that kills whoever runs it, runs all others, and runs it again when a person asks', async () => {
    await using cleanup = new AsyncDisposableStack()
    const database = sqliteFaultDatabase()
    cleanup.defer(() => database.close())
    const env = { DATABASE_URL: database.url, KUBECONFIG: practice.kubeconfig, LEASE_SECONDS: '2' }
    const server = new FaultProcess('serve', { ...env, SRE_AGENT_WORKER: 'none' })
    const deadly = { ...env, FAULT_DIES_AT: 'poison' }
    const worker = new FaultProcess('worker', deadly, { preload: preload('die-when-read.ts') })
    const sane = new FaultProcess('worker', env)
    for (const each of [server, worker, sane]) cleanup.defer(async () => void (await each.kill('SIGKILL')))
    await server.start()
    const poisoned = await send(server.url ?? '', 'poison', 'api')
    const others = await Promise.all(['a', 'b', 'c'].map((name) => send(server.url ?? '', 'elsewhere', name)))
    let deaths = -1
    await untilSettled(database, async () => {
      if (worker.alive) return
      deaths++
      await worker.start()
    })
    const ended = await statuses(database)
    expect(ended[poisoned]).toBe('failed')
    expect(others.map((id) => ended[id])).toEqual(['done', 'done', 'done'])
    expect(deaths).toBe(3)
    await worker.kill('SIGTERM')
    await sane.start()
    const again = await fetch(`${server.url}/api/incidents/${poisoned}/requeue`, { method: 'POST' })
    expect(again.status).toBeLessThan(300)
    await untilSettled(database)
    expect((await statuses(database))[poisoned]).toBe('done')
  })

  it('neither expires, repeats nor overlaps anything when clocks are set', async () => {
    await using cleanup = new AsyncDisposableStack()
    const database = sqliteFaultDatabase()
    cleanup.defer(() => database.close())
    // Nobody dies here: a lease that a busy machine can renew in time, and that every jump of a clock exceeds.
    const env = { DATABASE_URL: database.url, KUBECONFIG: practice.kubeconfig, LEASE_SECONDS: '60' }
    const hour = 3_600_000
    const jumping = { preload: preload('jumping-clock.ts') }
    const server = new FaultProcess('serve', { ...env, FAULT_JUMPS_MS: `${hour},${-3 * hour}` }, jumping)
    const worker = new FaultProcess('worker', { ...env, FAULT_JUMPS_MS: `${-hour},${2 * hour}` }, jumping)
    for (const each of [server, worker]) cleanup.defer(async () => void (await each.kill('SIGKILL')))
    await Promise.all([server.start(), worker.start()])
    for (let index = 0; index < 60; index++) {
      await send(server.url ?? '', 'elsewhere', `app-${index}`)
      if (index % 20 === 10) server.signal('SIGUSR2')
      if (index % 20 === 15) worker.signal('SIGUSR2')
    }
    await untilSettled(database)
    const ended = Object.values(await statuses(database))
    expect(ended).toHaveLength(60)
    expect([...new Set(ended)]).toEqual(['done'])
    const runs = await database.query('select incident_id, count(*) as count from runs group by incident_id')
    expect(runs.map(({ count }) => Number(count))).toEqual(Array(60).fill(1))
    const twice = await database.query(
      `select run_id from timeline where kind in ('decided', 'run_failed') group by run_id having count(*) > 1`,
    )
    expect(twice).toEqual([])
  })
})
