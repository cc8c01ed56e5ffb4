import { startPracticeProcess, startServiceProcess } from './service-process.ts'

/*
 * Does the service keep anything of decisions that are over? Eight at a time, each a fresh incident; after every 500 what is held
 * after a forced collection, and the resident memory. Prints one JSON line.
 *   npm run bench:memory [-- FOLDER DECISIONS]
 */

const folder = process.argv[2] ?? process.env['SRE_AGENT_SCENARIOS'] ?? 'practice/incidents'
const total = Number(process.argv[3] ?? 3000)
const step = 500
const practice = await startPracticeProcess(['--incidents', folder])
const service = await startServiceProcess(practice.kubeconfig, { MAX_CONCURRENT_ALERTS: '8' })

async function decide(round: number): Promise<void> {
  const namespace = practice.namespaces[round % practice.namespaces.length] as string
  const response = await fetch(`${service.url}/decide`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      namespace,
      resource_kind: 'Namespace',
      resource_name: namespace,
      event_data: { reason: `Round${round}` },
    }),
  })
  await response.arrayBuffer()
  if (response.status !== 200) throw new Error(`round ${round}: ${response.status}`)
}

const samples = []
let next = 0
for (let sample = 0; sample * step < total; sample++) {
  const end = Math.min(total, next + step)
  const cpu = service.cpu()
  const first = next
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < end) await decide(next++)
    }),
  )
  const cpu_ms_per_decision = Math.round(((service.cpu() - cpu) / (end - first)) * 10) / 10
  const rss_mib = Math.round(service.memory().now)
  samples.push({
    decisions: end,
    live_heap_mib: Math.round((await service.liveHeap()) * 10) / 10,
    rss_mib,
    cpu_ms_per_decision,
  })
}
const { peak } = service.memory()
await service.stop()
await practice.stop()
console.log(JSON.stringify({ bench: 'memory', samples, peak_rss_mib: Math.round(peak) }))
