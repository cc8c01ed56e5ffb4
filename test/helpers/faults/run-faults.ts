import { setTimeout as pause } from 'node:timers/promises'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'
import { type FaultDatabase, postgresFaultDatabase, sqliteFaultDatabase } from './fault-database.ts'
import { FaultLoad } from './fault-load.ts'
import { FaultProcess } from './fault-process.ts'

/** How hard it is tried. */
export interface FaultPlan {
  store: 'sqlite' | 'postgres'
  servers: number
  workers: number
  kills: number
  /** Runs at once over all processes. */
  limit: number
  /** Different problems that the signals are about. */
  problems: number
  /** The cluster that is asked; absent: one of its own. */
  practice?: Practice
  say?: (line: string) => void
}

/** What came of it; every list and every number but the first four, and `approvals`, must be empty or zero. */
export interface FaultReport {
  acknowledged: number
  incidents: number
  runs: number
  /** Incidents that ended as dead letters, since their worker was killed again and again. */
  dead_letters: number
  /** Acknowledged signals that the store does not have. */
  lost_signals: string[]
  /** Incidents that did not come to an end. */
  unended: string[]
  /** Runs whose end is written down more than once, and runs that never ended. */
  ended_twice: string[]
  unended_runs: string[]
  /** Approvals that were asked for. */
  approvals: number
  /** Approvals that could be used though the last run does not recommend their plan, and plans of last runs that nobody was asked about. */
  adrift: string[]
  unasked: string[]
  /** Moments at which two runs of one service, or more than allowed, were under way. */
  overlaps: string[]
  over_limit: number
}

const settleMs = 480_000

/** Kills servers and workers at random moments under load, lets the rest come to its end, and looks into the database. */
export async function runFaults(plan: FaultPlan): Promise<FaultReport> {
  await using cleanup = new AsyncDisposableStack()
  const practice = plan.practice ?? (await startPractice({ incidents: ['practice/incidents'] }))
  if (!plan.practice) cleanup.defer(() => practice.stop())
  const database = plan.store === 'sqlite' ? sqliteFaultDatabase() : await postgresFaultDatabase()
  cleanup.defer(() => database.close())
  const env = {
    DATABASE_URL: database.url,
    KUBECONFIG: practice.kubeconfig,
    LEASE_SECONDS: '2',
    MAX_CONCURRENT_ALERTS: String(plan.limit),
    ALERT_QUEUE_TTL_SECONDS: '3600',
  }
  const roles = [...Array<'serve'>(plan.servers).fill('serve'), ...Array<'worker'>(plan.workers).fill('worker')]
  const processes = roles.map((role) => new FaultProcess(role, env))
  cleanup.defer(async () => void (await Promise.all(processes.map((each) => each.kill('SIGKILL')))))
  await Promise.all(processes.map((each) => each.start()))
  const watch = watchClaims(database, plan.limit)
  const urls = () => processes.flatMap((each) => each.url ?? [])
  const load = new FaultLoad(urls, (index) => signalAbout(index % plan.problems, practice.namespaces), {
    senders: 4,
    pause_ms: 40,
  })
  await killAtRandom(processes, plan)
  await load.stop()
  await settled(database)
  const seen = await watch.stop()
  return { ...(await inspect(database, load)), ...seen }
}

function signalAbout(problem: number, namespaces: readonly string[]): object {
  const namespace = namespaces[problem % namespaces.length]
  // What is wrong in a namespace comes with changes that people are asked about; a workload that nobody has does not.
  if (problem % 4 === 0) return { alert: 'NamespaceTrouble', namespace }
  return { alert: 'PodCrashLooping', namespace, resource_kind: 'Deployment', resource_name: `service-${problem}` }
}

async function killAtRandom(processes: readonly FaultProcess[], { kills, say }: FaultPlan): Promise<void> {
  for (let kill = 1; kill <= kills; kill++) {
    await pause(100 + Math.random() * 700)
    const victim = processes[Math.floor(Math.random() * processes.length)]
    await victim?.kill('SIGKILL')
    await victim?.start()
    say?.(`kill ${kill} of ${kills}: a ${victim?.role}`)
  }
}

async function settled(database: FaultDatabase): Promise<void> {
  const limit = performance.now() + settleMs
  for (;;) {
    const rows = await database.query(`select count(*) as open from incidents where status in ('queued', 'running')`)
    if (Number(rows[0]?.['open']) === 0 || performance.now() > limit) return
    await pause(100)
  }
}

/** Looks every few milliseconds who is running. */
function watchClaims(database: FaultDatabase, most: number) {
  const overlaps: string[] = []
  let over_limit = 0
  const watching = new AbortController()
  const look = async (): Promise<void> => {
    while (!watching.signal.aborted) {
      const rows = await database.query(`select service from incidents where status = 'running'`)
      const services = rows.map((row) => String(row['service']))
      if (services.length > most) over_limit++
      if (new Set(services).size < services.length) overlaps.push(services.join(' '))
      await pause(15)
    }
  }
  const looking = look()
  return {
    async stop() {
      watching.abort()
      await looking
      return { overlaps, over_limit }
    },
  }
}

async function inspect(database: FaultDatabase, { acknowledged }: FaultLoad) {
  const ids = async (text: string) => (await database.query(text)).map((row) => String(row['id']))
  const stored = new Set(await ids('select id from signals'))
  const statuses = await database.query('select id, status from incidents')
  const runs = await database.query('select count(*) as count from runs')
  return {
    acknowledged: acknowledged.length,
    incidents: statuses.length,
    runs: Number(runs[0]?.['count']),
    dead_letters: statuses.filter((row) => row['status'] === 'failed').length,
    lost_signals: acknowledged.map((each) => each.signal_id).filter((id) => !stored.has(id)),
    unended: statuses
      .filter((row) => row['status'] === 'queued' || row['status'] === 'running')
      .map((row) => String(row['id'])),
    ended_twice: await ids(
      `select run_id as id from timeline where kind in ('decided', 'run_failed') group by run_id having count(*) > 1`,
    ),
    unended_runs: await ids(`select id from runs where finished_at is null`),
    approvals: (await ids('select id from approvals')).length,
    adrift: await ids(`select a.id from approvals a join incidents i on i.id = a.incident_id
      where a.status in ('pending', 'approved') and i.status <> 'closed' and a.run_id <> ${lastRunOf('a.incident_id')}`),
    unasked: await ids(`select x.run_id as id from incidents i join actions x on x.run_id = ${lastRunOf('i.id')}
      where i.status = 'done' and x.body like '%"required":true%' and x.body not like '%"verdict":"deny"%'
        and not exists (select 1 from approvals a where a.incident_id = i.id and x.body like '%' || a.plan_hash || '%')`),
  }
}

function lastRunOf(incident: string): string {
  return `(select d.run_id from decisions d join runs r on r.id = d.run_id where d.incident_id = ${incident}
    order by d.decided_at desc, r.attempt desc limit 1)`
}
