import { percentile } from './percentile.ts'
import { startPracticeProcess, startServiceProcess } from './service-process.ts'

/*
 * Decision latency with the rules mind: the practice cluster in its own process, the load from this one, all on the same cores.
 * Every request is a fresh incident. Prints one JSON line.
 *   npm run bench:decide [-- FOLDER]
 */

const folder = process.argv[2] ?? process.env['SRE_AGENT_SCENARIOS'] ?? 'practice/incidents'
const practice = await startPracticeProcess(['--incidents', folder])
const service = await startServiceProcess(practice.kubeconfig, { MAX_CONCURRENT_ALERTS: '8' })

async function decide(round: number): Promise<number> {
  const namespace = practice.namespaces[round % practice.namespaces.length] as string
  const body = {
    namespace,
    resource_kind: 'Namespace',
    resource_name: namespace,
    event_data: { reason: `Round${round}` },
  }
  const begun = performance.now()
  const response = await fetch(`${service.url}/decide`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const decision = (await response.json()) as { outcome?: string }
  if (response.status !== 200 || decision.outcome === undefined)
    throw new Error(`round ${round}: ${response.status} ${JSON.stringify(decision).slice(0, 300)}`)
  return performance.now() - begun
}

const first = await decide(0)
for (let round = 0; round < 40; round++) await decide(round)
await service.resetBlocks()

const alone: number[] = []
for (let round = 0; round < 150; round++) alone.push(await decide(round))

const cpu = service.cpu()
const together: number[] = []
let next = 0
const total = 400
const begun = performance.now()
await Promise.all(
  Array.from({ length: 8 }, async () => {
    while (next < total) together.push(await decide(next++))
  }),
)
const seconds = (performance.now() - begun) / 1000

const cpuMs = (service.cpu() - cpu) / total
const memory = service.memory()
const { longestBlock } = await service.stop()
await practice.stop()
console.log(
  JSON.stringify({
    bench: 'decide-latency',
    namespaces: practice.namespaces.length,
    start_ms: Math.round(service.startMs),
    start_to_first_answer_ms: Math.round(service.startMs + first),
    one_at_a_time: { requests: alone.length, p50_ms: percentile(alone, 50), p95_ms: percentile(alone, 95) },
    eight_at_once: {
      requests: together.length,
      per_second: Number((total / seconds).toFixed(1)),
      p50_ms: percentile(together, 50),
      p95_ms: percentile(together, 95),
    },
    cpu_ms_per_decision: Number(cpuMs.toFixed(1)),
    longest_event_loop_block_ms: Math.round(longestBlock ?? -1),
    rss_mib: Math.round(memory.peak),
  }),
)
