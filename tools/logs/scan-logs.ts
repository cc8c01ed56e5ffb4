import { setImmediate as nextTick } from 'node:timers/promises'
import { z } from 'zod'
import type { Gap } from '#src/domain/gap.ts'
import type { LogScan, LogWindow } from '#src/domain/log-scan.ts'
import { createRedactor } from '#src/redaction/create-redactor.ts'
import type { Tool } from '#tools/tool.ts'
import type { LogBatch, LogStreamSource } from './log-stream.ts'
import { lostLog, redactLines } from './redact-lines.ts'
import type { LogLine } from './log-source.ts'

const ScanLogs = z.object({
  namespace: z.string().min(1).max(63),
  pod: z.string().min(1).max(253),
  container: z.string().min(1).max(63),
  /** True: the log of the container's last instance. */
  previous: z.boolean().default(false),
  since_seconds: z.number().int().min(1).optional(),
  /** How long and how much to read; what is beyond is said to be unread. */
  max_ms: z.number().int().min(1).max(110_000).default(60_000),
  max_bytes: z.number().int().min(1).default(4_294_967_296),
})

type ScanLogs = z.infer<typeof ScanLogs>

/**
 * `complete`: to the last line. Else `stopped` says why not, and `read_to` how far it went where lines have times. `empty` and
 * `failed` as `query_logs` has them.
 */
export type LogScanAnswer =
  | { status: 'read'; complete: boolean; stopped?: string; read_to?: string; bytes: number; scan: LogScan }
  | { status: 'empty'; why: string }
  | { status: 'failed'; gap: Gap }

/** What the tool is made of. */
export interface ScanLogsParts {
  source: LogStreamSource | undefined
  createScanner: () => LogScanner
  redact?: (text: string) => string
}

interface Reading {
  bytes: number
  last?: string
  stopped?: string
}

const hardLimitMs = 120_000

const maxBlockMs = 15

const linesAtOnce = 4

/** Reduces a stream of lines to what matters, in bounded memory. One scanner reads one log. */
interface LogScanner {
  push(lines: readonly LogLine[]): void
  /** Call once, when all was pushed. */
  end(): LogScan
}

/**
 * The tool `scan_logs`: reads one log from its first line to its last as a stream, whatever its length, and hands back its kinds of
 * lines and the lines around what speaks of trouble. Memory is bounded, and so are time and bytes; a stream that is cut or that
 * breaks off is a gap beside what was read until then. What is handed back is redacted here; the rest of the text is let go.
 */
export function createScanLogsTool(parts: ScanLogsParts): Tool<ScanLogs, LogScanAnswer> {
  const redact = parts.redact ?? createRedactor()
  return {
    name: 'scan_logs',
    description:
      'Reads the whole log of one container of a pod as a stream: kinds of lines with counts and times, and the lines around errors.',
    effect: 'read',
    input: ScanLogs,
    timeout_ms: hardLimitMs,
    async run(input, { signal }) {
      if (!parts.source) return failed(gapOf(input, 'no log source is configured', 'a log source'))
      const answer = await parts.source.stream(input, signal)
      if (answer.status === 'failed') return failed(answer.gap)
      if (answer.status === 'empty') return { output: answer, evidence: [], gaps: [] }
      const scanner = parts.createScanner()
      const reading = await readAll(answer.batches, scanner, { input, signal })
      const scan = await redactScan(scanner.end(), redact, signal)
      return conclude(input, reading, scan)
    },
  }
}

/** Reads until the end, the limits or a break; the event loop gets a turn in between. */
async function readAll(
  batches: AsyncIterable<LogBatch>,
  scanner: LogScanner,
  { input, signal }: { input: ScanLogs; signal: AbortSignal },
): Promise<Reading> {
  const reading: Reading = { bytes: 0 }
  const until = performance.now() + input.max_ms
  const pause = createPause(signal)
  try {
    for await (const { lines, bytes } of batches) {
      for (let start = 0; start < lines.length; start += linesAtOnce) {
        scanner.push(lines.slice(start, start + linesAtOnce))
        await pause()
      }
      reading.bytes += bytes
      reading.last = lines.at(-1)?.time ?? reading.last
      if (performance.now() > until) reading.stopped = `its reading was ended after ${input.max_ms / 1000} s`
      else if (reading.bytes >= input.max_bytes) reading.stopped = `its reading was ended after ${reading.bytes} bytes`
      if (reading.stopped) break
    }
  } catch (error) {
    signal.throwIfAborted()
    reading.stopped = `it broke off: ${error instanceof Error ? error.message : 'no reason given'}`.slice(0, 200)
  }
  return reading
}

/** Gives the event loop a turn where it was blocked for a while; throws on abort. */
function createPause(signal: AbortSignal): () => Promise<void> | undefined {
  let started = performance.now()
  const rest = async (): Promise<void> => {
    await nextTick()
    signal.throwIfAborted()
    started = performance.now()
  }
  return () => (performance.now() - started < maxBlockMs ? undefined : rest())
}

function conclude(input: ScanLogs, reading: Reading, scan: LogScan) {
  const { bytes, last, stopped } = reading
  const only = scan.lines === 1 ? scan.windows.at(-1)?.lines[0]?.text : undefined
  if (only !== undefined && lostLog.test(only)) return empty('the node no longer holds this log')
  if (scan.lines === 0 && stopped === undefined) return empty('nothing was printed')
  const read_to = last === undefined ? {} : { read_to: last }
  if (stopped === undefined) {
    const output: LogScanAnswer = { status: 'read', complete: true, ...read_to, bytes, scan }
    return { output, evidence: [], gaps: [] }
  }
  const upTo = last === undefined ? `${scan.lines} lines` : `what was written until ${last} (${scan.lines} lines)`
  const gap = gapOf(input, `only ${upTo} could be read, then ${stopped}`, 'another attempt, or a log store')
  const output: LogScanAnswer = { status: 'read', complete: false, stopped, ...read_to, bytes, scan }
  return { output, evidence: [], gaps: [gap] }
}

function empty(why: string) {
  const output: LogScanAnswer = { status: 'empty', why }
  return { output, evidence: [], gaps: [] }
}

function failed(gap: Gap) {
  const output: LogScanAnswer = { status: 'failed', gap }
  return { output, evidence: [], gaps: [gap] }
}

function gapOf({ namespace, pod, container, previous }: ScanLogs, why: string, needs: string): Gap {
  const which = `${previous ? 'previous ' : ''}log of container ${container}`
  return { what: `the whole ${which} of pod ${pod} in namespace ${namespace}`, why, needs }
}

async function redactScan(scan: LogScan, redact: (text: string) => string, signal: AbortSignal): Promise<LogScan> {
  const windows: LogWindow[] = []
  for (const window of scan.windows) windows.push({ ...window, lines: await redactLines(window.lines, redact, signal) })
  const samples = await redactLines(
    scan.templates.map(({ sample }) => ({ text: sample })),
    redact,
    signal,
  )
  const wordings = await redactLines(
    scan.templates.map(({ template }) => ({ text: template })),
    redact,
    signal,
  )
  const templates = scan.templates.map((kind, index) => ({
    ...kind,
    template: wordings[index]?.text ?? '',
    sample: samples[index]?.text ?? '',
  }))
  return { ...scan, windows, templates }
}
