import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { connectCluster } from '#src/adapters/kubernetes/connect.ts'
import { createLogScanner, type LogScanner } from '#src/logs/scan/create-log-scanner.ts'
import { createToolRegistry } from '#tools/registry.ts'
import { createScanLogsTool, type LogScanAnswer } from '#tools/logs/scan-logs.ts'
import { startPracticeProcess } from './service-process.ts'

/*
 * A whole log on the way that the service takes: the practice cluster makes it up and serves it over HTTPS, the adapter streams it,
 * the tool scans it through the registry. The practice cluster runs in a process of its own; what is measured is this one. Prints
 * one line of JSON.
 *   npm run bench:log-path [-- MEBIBYTES]
 */

const mebibytes = Number(process.argv[2] ?? 64)
const planted = 'required environment variable DATABASE_URL is not set'
const size = ['--synthetic-pods', '1', '--synthetic-broken', '1', '--synthetic-log-mebibytes', String(mebibytes)]
const practice = await startPracticeProcess(size)
const cluster = connectCluster({ kubeconfig_path: practice.kubeconfig })
const signal = new AbortController().signal

const limits = { max_objects: 10, max_bytes: 1_000_000, timeout_ms: 10_000 }
const pods = await cluster.reader.list({ kind: 'Pod', namespace: 'synthetic', limits }, signal)
if (pods.status !== 'ok') throw new Error(`the pods could not be listed: ${pods.status}`)
const pod = pods.items[0]?.metadata.name
/** Processor time, for the wall clock of a machine that is shared tells of others as well. */
let longestStretch = 0
function timed<Value>(work: () => Value): Value {
  const begun = process.cpuUsage()
  const value = work()
  const { user, system } = process.cpuUsage(begun)
  longestStretch = Math.max(longestStretch, (user + system) / 1000)
  return value
}
function createScanner(): LogScanner {
  const scanner = createLogScanner()
  return { push: (lines) => timed(() => scanner.push(lines)), end: () => timed(() => scanner.end()) }
}
const tool = createScanLogsTool({ source: cluster.logs, createScanner })
const registry = createToolRegistry().register(tool)

const resident = (): number => process.memoryUsage.rss() / 1_048_576
const before = resident()
const blocks = monitorEventLoopDelay({ resolution: 5 })
blocks.enable()
const started = performance.now()
const input = { namespace: 'synthetic', pod, container: 'app', max_ms: 110_000 }
const answer = await registry.call('scan_logs', input, signal)
const seconds = (performance.now() - started) / 1000
blocks.disable()
if (answer.status !== 'done') throw new Error(`the scan failed: ${JSON.stringify(answer)}`)
const output = answer.output as LogScanAnswer
if (output.status !== 'read') throw new Error(`the log was not read: ${JSON.stringify(output)}`)
const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024
const window = output.scan.windows.find(({ lines }) => lines.some(({ text }) => text.includes(planted)))
console.log(
  JSON.stringify({
    bench: 'log-path',
    mebibytes: Math.round(output.bytes / 1_048_576),
    complete: output.complete,
    lines: output.scan.lines,
    seconds: Math.round(seconds * 10) / 10,
    lines_per_second: Math.round(output.scan.lines / seconds),
    rss_mib_before: Math.round(before),
    rss_mib_peak: Math.round(peak),
    practice_rss_mib_peak: Math.round(practice.memory().peak),
    longest_event_loop_block_ms: Math.round(blocks.max / 1e6),
    longest_stretch_cpu_ms: Math.round(longestStretch),
    kinds: output.scan.kinds,
    planted_error_found: window !== undefined,
    planted_error_kept_as: window?.why,
    kept_lines: output.scan.windows.reduce((sum, { lines }) => sum + lines.length, 0),
  }),
)
await cluster.close()
await practice.stop()
