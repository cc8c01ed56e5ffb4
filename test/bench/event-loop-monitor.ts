import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/*
 * Preloaded into the service by the benches. Over the IPC channel it forgets the blocks of the start-up and tells what memory
 * holds after a forced collection; when the process ends it writes the longest block of the event loop (ms).
 */

const resolution = 10
const report = process.env['BENCH_LOOP_REPORT']
if (report) {
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  process.on('message', (question) => {
    if (question === 'reset') histogram.reset()
    if (question === 'collect') (globalThis as { gc?: () => void }).gc?.()
    process.send?.({ live_heap: process.memoryUsage().heapUsed })
  })
  process.channel?.unref()
  process.on('exit', () => writeFileSync(report, String(Math.max(0, histogram.max / 1e6 - resolution))))
}
