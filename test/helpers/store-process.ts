import { setTimeout as pause } from 'node:timers/promises'
import { openPostgresStore } from '#src/adapters/postgres/open-postgres-store.ts'
import { openSqliteStore } from '#src/adapters/sqlite/open-sqlite-store.ts'
import { answerFor } from './answer-for.ts'
import { buildCandidate } from './build-candidate.ts'
import { plainJudge } from './plain-judge.ts'

/*
 * One of several processes that admit and claim at once: `store-process.ts URL OWNER PROBLEMS SERVICES LIMIT`. Admits each problem three
 * times, works until nothing is left for a while, and prints what it saw as one line of JSON.
 */

const [url = '', owner = '', problems = '20', services = '5', limit = '3'] = process.argv.slice(2)
const store = await (url.startsWith('sqlite:') ? openSqliteStore(url.slice(7)) : openPostgresStore(url))
const spans: { service: string; from: number; to: number }[] = []
const steady = () => Number(process.hrtime.bigint() / 1000n)
let finished = 0
let runs = 0

async function admitAll(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const batch = Array.from({ length: Number(problems) }, (_, index) => {
      const id = `${owner}_${round}_${index}`
      const ids = {
        signal_id: `sig_${id}`,
        new_incident_id: `inc_${id}`,
        service: `service-${index % Number(services)}`,
      }
      return buildCandidate({ ...ids, fingerprint: `problem-${index}`, received_at: new Date().toISOString() })
    })
    await store.admission.admit(batch, plainJudge)
    await pause(5)
  }
}

async function work(): Promise<void> {
  for (let idle = 0; idle < 20; ) {
    const new_run_id = `run_${owner}_${runs++}`
    const claim = await store.queue.claim({
      owner,
      now: Date.now(),
      lease_ms: 60_000,
      limit: Number(limit),
      new_run_id,
      alone: true,
    })
    if (!claim) {
      idle += 1
      await pause(10)
      continue
    }
    idle = 0
    const from = steady()
    await pause(Math.random() * 5)
    const to = steady()
    spans.push({ service: claim.incident.service, from, to })
    const decision = answerFor(claim)
    if (await store.queue.finish(claim, { kind: 'decided', decision, scope: [] }, Date.now())) finished += 1
  }
}

await Promise.all([admitAll(), work(), work()])
await store.close()
console.log(JSON.stringify({ spans, finished }))
