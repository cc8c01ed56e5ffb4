import { percentile } from './percentile.ts'
import { startPracticeProcess, startServiceProcess } from './service-process.ts'

/*
 * One decision over a synthetic namespace of many pods. Prints one JSON line.
 *   npm run bench:large [-- PODS BROKEN]
 */

const pods = Number(process.argv[2] ?? 5000)
const broken = Number(process.argv[3] ?? 20)
const practice = await startPracticeProcess([
  '--synthetic-pods',
  String(pods),
  '--synthetic-broken',
  String(broken),
  '--synthetic-namespace',
  'large',
])
const service = await startServiceProcess(practice.kubeconfig)
service.child.kill('SIGUSR2')

const times: number[] = []
let outcome = ''
let gaps = 0
for (let round = 0; round < 5; round++) {
  const begun = performance.now()
  const response = await fetch(`${service.url}/decide`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ namespace: 'large', resource_kind: 'Namespace', resource_name: 'large' }),
  })
  const decision = (await response.json()) as { outcome: string; gaps: unknown[] }
  times.push(performance.now() - begun)
  outcome = decision.outcome
  gaps = decision.gaps.length
}
const memory = service.memory()
const { longestBlock } = await service.stop()
await practice.stop()
console.log(
  JSON.stringify({
    bench: 'large-namespace',
    pods,
    broken,
    outcome,
    gaps,
    first_ms: Math.round(times[0] ?? 0),
    p50_ms: percentile(times, 50),
    longest_event_loop_block_ms: Math.round(longestBlock ?? -1),
    rss_mib: Math.round(memory.peak),
  }),
)
