import type { LogScan, LogWindow, ScannedKind, ScannedLine } from '#src/domain/log-scan.ts'
import { continuesStackTrace, messageOf, stripEscapes } from '#src/logs/line-text.ts'
import type { LineGroup } from '#src/logs/mining/pattern.ts'
import { createTemplateMiner, type MinedKind } from '#src/logs/mining/template-miner.ts'
import { readRecords } from '#src/logs/read-records.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'

/** Reads the lines of one log, oldest first, into a scan of bounded size. */
export interface LogScanner {
  push(lines: readonly ScannedLine[]): void
  /** Call once, after the last line. */
  end(): LogScan
}

const maxFrequentKinds = 60

const maxRareKinds = 60

/** Lines after which another error of a known kind is marked again. */
const remarkAfterLines = 50_000

/** New kinds that are matched against the signatures: a fixed number, and more with every thousand lines. */
const initialMatches = 2_000

const matchesPerThousandLines = 50

/*
 * Whether a line reports an error, at hundreds of thousands of lines per second. A line that does is parsed afterwards; an error that
 * this check misses is found as a new kind of line.
 */

const maxHeadLength = 200

const errorOpening =
  /^(?:panic:|fatal\b|Traceback|Exception|Unhandled|Uncaught|error[ :[]|Error:|FAIL|fail:|crit:|failed to |cannot |could not |[EF]\d{4} )/

/** A line with one of the error words below contains one of these fragments, which are much faster to find. */
const errorFragments =
  /ERR|FATAL|CRIT|PANIC|SEVERE|EMERG|ALERT|xception|panic|rror|fatal|crit|alert|emerg|err"|"[EF]"|[56]0\b|fault|memory|Killed/

const errorWords =
  /\b(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|EMERG|CRIT|ALERT|ERR)\b|[[|<](?:error|fatal|crit|critical|alert|emerg|panic)[\]|>]|"(?:level|severity|lvl|levelname|log\.level|@l|s)": ?(?:"(?:err|error|fatal|crit|critical|panic|emerg|severe|E|F|Error|Fatal|Critical)"|[56]0\b)|\b(?:level|lvl|severity)="?(?:err|error|fatal|crit|critical|panic)\b|[a-z](?:Error|Exception)\b(?:: | \(|$)|thread '[^']*' panicked|Segmentation fault|Out of memory|heap out of memory|Killed\b/

/** Keeps the lines around marked lines, and the end of the log, in bounded memory. */
interface WindowKeeper {
  /** Every line, in order. `marked`: it may report a fault. */
  add(line: ScannedLine, index: number, marked: boolean): void
  /** Windows in the order of the log, the tail last, and the number of dropped windows. */
  end(): { windows: LogWindow[]; dropped: number }
}

const linesBefore = 10

const linesAfter = 25

const maxWindowLines = 80

const tailLines = 300

/** For each rank, the first and the last windows are kept. */
const maxWindowsPerRank = 16

const maxLineLength = 4_000

interface OpenWindow {
  from: number
  lines: ScannedLine[]
  /** Lines until it closes. */
  open: number
}

const ranks = ['fatal', 'error', 'signature'] as const

/**
 * Reads a log of any length in bounded memory and in one pass: each line costs a look-up of its kind and a check for error words; only
 * lines of a new kind and errors are parsed.
 */
export function createLogScanner(): LogScanner {
  const miner = createTemplateMiner()
  const keeper = createWindowKeeper()
  const milliseconds = createStampReader()
  /** Kinds with errors, with the position of the last marked line. */
  const markedAt = new WeakMap<LineGroup, number>()
  let [lines, errors, matches] = [0, 0, 0]
  let firstError: string | undefined

  function take(line: ScannedLine): void {
    const index = lines++
    const plain = stripEscapes(line.text)
    if (plain === '' || continuesStackTrace(plain)) return keeper.add(line, index, false)
    const group = miner.add(messageOf(plain), index, milliseconds(line.time))
    const bad = reportsError(plain)
    if (bad) {
      errors++
      firstError ??= line.time
    }
    keeper.add(line, index, isErrorToMark(group, index, bad) || (group.count === 1 && matchesSignature(line)))
  }

  function isErrorToMark(group: LineGroup, index: number, bad: boolean): boolean {
    if (!bad || index - (markedAt.get(group) ?? -remarkAfterLines) < remarkAfterLines) return false
    markedAt.set(group, index)
    return true
  }

  /** For the first line of a kind: whether it matches a signature, at any level. */
  function matchesSignature(line: ScannedLine): boolean {
    if (matches > initialMatches + (lines / 1000) * matchesPerThousandLines) return false
    matches++
    const [record] = readRecords([line])
    return record !== undefined && matchRecord(record).length > 0
  }

  return {
    push(batch) {
      for (const line of batch) take(line)
    },
    end() {
      const kinds = miner.kinds()
      const { windows, dropped } = keeper.end()
      return {
        lines,
        errors,
        ...(firstError === undefined ? {} : { first_error_at: firstError }),
        kinds: kinds.length,
        templates: selectKinds(kinds).map(toScannedKind),
        windows,
        dropped_windows: dropped,
      }
    },
  }
}

/** The most frequent kinds, and of the rest the rarest, newest first: the most frequent line is seldom the fault. */
function selectKinds(kinds: readonly MinedKind[]): MinedKind[] {
  const rest = kinds.slice(maxFrequentKinds)
  const rare = rest
    .toSorted((left, right) => left.count - right.count || right.index - left.index)
    .slice(0, maxRareKinds)
  return [...kinds.slice(0, maxFrequentKinds), ...rare]
}

function toScannedKind({ template, count, first, last, sample, index }: MinedKind): ScannedKind {
  return {
    template: template.slice(0, 500),
    count,
    ...(first === undefined ? {} : { first: new Date(first).toISOString() }),
    ...(last === undefined ? {} : { last: new Date(last).toISOString() }),
    sample: sample.slice(0, 1000),
    line: index,
  }
}

/** Whether a line, without escape sequences, reports an error. */
function reportsError(line: string): boolean {
  const head = line.length > maxHeadLength ? line.slice(0, maxHeadLength) : line
  return errorOpening.test(head) || (errorFragments.test(head) && errorWords.test(head))
}

/** Milliseconds of consecutive times: lines of the same second share one parse. */
function createStampReader(): (stamp: string | undefined) => number | undefined {
  let second = ''
  let start = Number.NaN
  return (stamp) => {
    if (stamp === undefined) return undefined
    if (!stamp.endsWith('Z') || stamp.length < 20) return orUndefined(Date.parse(stamp))
    const head = stamp.slice(0, 19)
    if (head !== second) {
      second = head
      start = Date.parse(`${head}Z`)
    }
    const fraction = stamp.charCodeAt(19) === 46 ? Number(`0${stamp.slice(19, 23).replace(/Z.*/, '')}`) * 1000 : 0
    return orUndefined(start + Math.round(fraction))
  }
}

function orUndefined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value
}

/** A window closes some lines after its last mark. Only then its lines are parsed, and a window without a fault is discarded. */
function createWindowKeeper(): WindowKeeper {
  const ring: ScannedLine[] = []
  const kept: Record<(typeof ranks)[number], LogWindow[]> = { fatal: [], error: [], signature: [] }
  let dropped = 0
  let next = 0
  let current: OpenWindow | undefined
  let closedUpTo = 0

  function close(): void {
    if (!current) return
    const { from, lines } = current
    closedUpTo = from + lines.length
    current = undefined
    const why = rankOf(lines)
    if (!why) return
    const list = kept[why]
    list.push({ why, from, lines })
    if (list.length <= maxWindowsPerRank) return
    list.splice(maxWindowsPerRank / 2, 1)
    dropped++
  }

  return {
    add(line, index, marked) {
      const stored = line.text.length > maxLineLength ? { ...line, text: line.text.slice(0, maxLineLength) } : line
      if (marked && !current) {
        const from = Math.max(closedUpTo, next - Math.min(linesBefore, ring.length), 0)
        const lines = Array.from({ length: next - from }, (_, at) => ring[(from + at) % tailLines] as ScannedLine)
        current = { from: index - lines.length, lines, open: linesAfter }
      }
      if (current) {
        current.lines.push(stored)
        current.open = marked ? linesAfter : current.open - 1
        if (current.open <= 0 || current.lines.length >= maxWindowLines) close()
      }
      ring[next % tailLines] = stored
      next++
    },
    end() {
      close()
      const from = Math.max(0, next - tailLines)
      const tail = Array.from({ length: next - from }, (_, at) => ring[(from + at) % tailLines] as ScannedLine)
      const earlier = ranks.flatMap((why) => kept[why]).toSorted((left, right) => left.from - right.from)
      return { windows: [...earlier.flatMap((window) => upTo(window, from)), ...tailWindow(tail, from)], dropped }
    },
  }
}

/** The window without the lines that the tail holds as well. */
function upTo(window: LogWindow, end: number): LogWindow[] {
  const lines = window.lines.slice(0, Math.max(0, end - window.from))
  return lines.length === 0 ? [] : [{ ...window, lines }]
}

function tailWindow(lines: ScannedLine[], from: number): LogWindow[] {
  return lines.length === 0 ? [] : [{ why: 'tail', from, lines }]
}

/** Why a window is kept; undefined where its marked lines report no fault. */
function rankOf(lines: readonly ScannedLine[]): (typeof ranks)[number] | undefined {
  const records = readRecords(lines)
  if (records.some(({ level }) => level === 'fatal')) return 'fatal'
  if (records.some(({ level }) => level === 'error')) return 'error'
  return records.some((record) => matchRecord(record).length > 0) ? 'signature' : undefined
}
