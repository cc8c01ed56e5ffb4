import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/* Preloaded into the service by the benches: writes the longest block of the event loop (ms) when the process ends. Start-up is left out. */

const resolution = 10
const report = process.env['BENCH_LOOP_REPORT']
if (report) {
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  process.on('SIGUSR2', () => histogram.reset())
  process.on('exit', () => writeFileSync(report, String(Math.max(0, histogram.max / 1e6 - resolution))))
}
