import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FaultDatabase, sqliteFaultDatabase } from '#test/helpers/faults/fault-database.ts'
import { FaultProcess } from '#test/helpers/faults/fault-process.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

interface Fate {
  incident_id: string
  status: string
  reason: string
}

interface Shown {
  incident: { id: string; signal_count: number }
  status: string
  merged_into?: string
}

describe('many signals about few causes, over HTTP', () => {
  let practice: Practice
  let database: FaultDatabase
  let service: FaultProcess
  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents'] })
  })
  afterAll(() => practice.stop())
  beforeEach(() => {
    database = sqliteFaultDatabase()
  })
  afterEach(async () => {
    await service.kill('SIGKILL')
    await database.close()
  })

  async function serve(env: Record<string, string>): Promise<void> {
    service = new FaultProcess('serve', { DATABASE_URL: database.url, KUBECONFIG: practice.kubeconfig, ...env })
    await service.start()
  }

  async function get<T>(path: string): Promise<T> {
    return (await (await fetch(`${service.url}${path}`)).json()) as T
  }

  async function alert(labels: Record<string, string>): Promise<Fate> {
    const fingerprint = Object.values(labels).join('/')
    const answer = await fetch(`${service.url}/webhook/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ alerts: [{ status: 'firing', labels, fingerprint, startsAt: new Date().toISOString() }] }),
    })
    const { signals } = (await answer.json()) as { signals: Fate[] }
    return signals[0] as Fate
  }

  async function idle(): Promise<void> {
    for (;;) {
      const { queued, running } = await get<{ queued: number; running: number }>('/alerts/queue')
      if (queued + running === 0) return
      await pause(50)
    }
  }

  it('makes one incident of a cascade, and says of each signal why it belongs there', async () => {
    await serve({})
    const namespace = 'orders'
    const web = await alert({ alertname: 'Http5xx', severity: 'warning', namespace, deployment: 'orders-web' })
    const api = await alert({ alertname: 'KubePodCrashLooping', namespace, deployment: 'orders-api' })
    expect(web.incident_id).not.toBe(api.incident_id)
    await idle()
    const both = await Promise.all([web, api].map((fate) => get<Shown>(`/api/incidents/${fate.incident_id}`)))
    const kept = both.find((shown) => shown.merged_into === undefined)
    const merged = both.find((shown) => shown.merged_into !== undefined)
    expect(kept).toMatchObject({ status: 'done', incident: { signal_count: 2 } })
    expect(merged).toMatchObject({ status: 'closed', merged_into: kept?.incident.id })
    const database_down = await alert({ alertname: 'StatefulSetDown', namespace, statefulset: 'orders-db' })
    expect(database_down).toMatchObject({ status: 'joined', incident_id: kept?.incident.id })
    expect(database_down.reason).toContain('consequence')
    const { signals } = await get<{ signals: Fate[] }>(`/api/incidents/${kept?.incident.id}/signals`)
    expect(signals.map(({ reason }) => reason)).toContain(database_down.reason)
    await idle()
    const open = await get<{ incidents: unknown[] }>('/api/incidents?status=done')
    expect(open.incidents).toHaveLength(1)
  })

  it('keeps what is less urgent waiting longer in a storm, and gives none of it up', async () => {
    await serve({ STORM_INCIDENTS_PER_MINUTE: '10', ALERT_QUEUE_TTL_SECONDS: '600' })
    const fates: Fate[] = []
    for (let index = 0; index < 40; index++)
      fates.push(
        await alert({ alertname: 'Slow', severity: 'info', namespace: 'elsewhere', deployment: `app-${index}` }),
      )
    expect(fates.filter(({ reason }) => reason.includes('many new incidents at once'))).toHaveLength(30)
    expect(fates.slice(10).every(({ status }) => status === 'queued')).toBe(true)
    const urgent = await alert({ alertname: 'Down', severity: 'critical', namespace: 'elsewhere', deployment: 'shop' })
    expect(urgent.reason).not.toContain('may wait longer')
    await idle()
    const rows = await database.query('select status, count(*) as count from incidents group by status')
    expect(rows.map(({ status }) => status)).toEqual(['done'])
  })
})
