import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { launchFlags, startPracticeProcess } from './service-process.ts'

/*
 * `sre-agent decide --all-namespaces` as a user runs it, over a made-up cluster: a fifth of the namespaces has broken pods.
 * Prints one JSON line.
 *   npm run bench:sweep [-- NAMESPACES PODS_PER_NAMESPACE CONCURRENCY]
 */

const [namespaces = 200, pods = 20, concurrency = 4] = process.argv.slice(2).map(Number)
const practice = await startPracticeProcess([
  `--synthetic-namespaces=${namespaces}`,
  `--synthetic-pods=${pods}`,
  '--synthetic-services',
])

interface Sweep {
  code: number | null
  seconds: number
  peakMib: number
  totals: Record<string, number>
}

async function sweep(): Promise<Sweep> {
  const begun = performance.now()
  const words = ['bin/sre-agent.js', 'decide', '--all-namespaces', `--concurrency=${concurrency}`, '--output=json']
  const child = spawn(process.execPath, [...launchFlags, ...words], {
    env: { ...process.env, KUBECONFIG: practice.kubeconfig, DATABASE_URL: '', KUBE_CONTEXT: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let peak = 0
  const watching = setInterval(() => {
    const status = readStatus(child.pid)
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
  }, 20)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const printed = await text(child.stdout)
  const code = await ended
  clearInterval(watching)
  const { totals } = JSON.parse(printed) as { totals: Record<string, number> }
  return { code, totals, seconds: (performance.now() - begun) / 1000, peakMib: peak }
}

function readStatus(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}

const sweeps: Sweep[] = []
for (let round = 0; round < 3; round++) sweeps.push(await sweep())
await practice.stop()
const tenths = (value: number): number => Math.round(value * 10) / 10
console.log(
  JSON.stringify({
    bench: 'sweep',
    namespaces,
    pods: namespaces * pods,
    concurrency,
    exit_code: sweeps[0]?.code,
    totals: sweeps[0]?.totals,
    seconds: sweeps.map((one) => tenths(one.seconds)),
    peak_rss_mib: Math.round(Math.max(...sweeps.map((one) => one.peakMib))),
  }),
)
