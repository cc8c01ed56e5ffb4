import { percentile } from './percentile.ts'
import { startPracticeProcess, startServiceProcess } from './service-process.ts'

/*
 * Decisions over a made-up namespace of many pods: what is broken, and whether each deployment has a Service, is chosen.
 * Prints one JSON line.
 *   npm run bench:large [-- PODS BROKEN PODS_PER_DEPLOYMENT SERVICES(0|1)]
 */

const [pods = 5000, broken = 20, perDeployment = 20, services = 0] = process.argv.slice(2).map(Number)
const rounds = 7
const practice = await startPracticeProcess([
  `--synthetic-pods=${pods}`,
  `--synthetic-broken=${broken}`,
  `--synthetic-per-workload=${perDeployment}`,
  '--synthetic-namespace=large',
  ...(services > 0 ? ['--synthetic-services'] : []),
])
const service = await startServiceProcess(practice.kubeconfig)
await service.resetBlocks()

const times: number[] = []
let outcome = ''
let gaps = 0
for (let round = 0; round < rounds; round++) {
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
    services: services > 0 ? Math.ceil(pods / perDeployment) : 0,
    outcome,
    gaps,
    first_ms: Math.round(times[0] ?? 0),
    p50_ms: percentile(times, 50),
    longest_event_loop_block_ms: Math.round(longestBlock ?? -1),
    rss_mib: Math.round(memory.peak),
  }),
)
