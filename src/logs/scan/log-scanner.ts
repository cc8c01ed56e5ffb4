import type { LogScan, LogWindow, ScannedKind, ScannedLine } from '#src/domain/log-scan.ts'
import { continuesStackTrace, messageOf, stripEscapes } from '#src/logs/line-text.ts'
import type { LineGroup } from '#src/logs/mining/pattern.ts'
import { createTemplateMiner, type MinedKind } from '#src/logs/mining/template-miner.ts'
import { readRecords } from '#src/logs/read-records.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'

/** Takes the lines of one log, oldest first, and gives what is left of them. */
export interface LogScanner {
  push(lines: readonly ScannedLine[]): void
  /** Call once, when all was pushed. */
  end(): LogScan
}

const frequentKinds = 60

const rareKinds = 60

/** An error of a kind that is known is looked at again after so many lines. */
const lookAgainAfter = 50_000

/** New kinds that are held against the signatures at once, and how many more with each further thousand lines. */
const firstLooks = 2_000

const looksPerThousand = 50

/*
 * One look at a line of a stream, made for hundreds of thousands of lines per second: does it call itself an error? Whoever sees
 * true reads the line properly; what it misses is found by being new.
 */

const headLength = 200

const opening =
  /^(?:panic:|fatal\b|Traceback|Exception|Unhandled|Uncaught|error[ :[]|Error:|FAIL|fail:|crit:|failed to |cannot |could not |[EF]\d{4} )/

/** Fragments of which the words below hold at least one: far quicker to look for. */
const fragments =
  /ERR|FATAL|CRIT|PANIC|SEVERE|EMERG|ALERT|xception|panic|rror|fatal|crit|alert|emerg|err"|"[EF]"|[56]0\b|fault|memory|Killed/

const words =
  /\b(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|EMERG|CRIT|ALERT|ERR)\b|[[|<](?:error|fatal|crit|critical|alert|emerg|panic)[\]|>]|"(?:level|severity|lvl|levelname|log\.level|@l|s)": ?(?:"(?:err|error|fatal|crit|critical|panic|emerg|severe|E|F|Error|Fatal|Critical)"|[56]0\b)|\b(?:level|lvl|severity)="?(?:err|error|fatal|crit|critical|panic)\b|[a-z](?:Error|Exception)\b(?:: | \(|$)|thread '[^']*' panicked|Segmentation fault|Out of memory|heap out of memory|Killed\b/

/** Keeps lines around what speaks of trouble, and the end of the log; everything bounded. */
interface WindowKeeper {
  /** Every line, in order. `marked`: it speaks of trouble, or may. */
  add(line: ScannedLine, index: number, marked: boolean): void
  /** Windows in the order of the log, the tail last, and how many were given up. */
  end(): { windows: LogWindow[]; dropped: number }
}

const before = 10

const after = 25

const longestWindow = 80

const tailLength = 300

/** Of each rank so many windows are kept: the first ones and the last ones. */
const mostPerRank = 16

const longestLine = 4_000

interface OpenWindow {
  from: number
  lines: ScannedLine[]
  /** Lines to come before it closes. */
  open: number
}

const ranks = ['fatal', 'error', 'signature'] as const

/**
 * Reads a log of any length in bounded memory and in one pass: each line costs a look-up of its kind and one look at its words;
 * only what is new or calls itself an error is read closely.
 */
export function createLogScanner(): LogScanner {
  const miner = createTemplateMiner()
  const keeper = createWindowKeeper()
  const milliseconds = createStampReader()
  /** Kinds that were an error before, with the line where that was last looked at. */
  const looked = new WeakMap<LineGroup, number>()
  let [lines, errors, looks] = [0, 0, 0]
  let firstError: string | undefined

  function take(line: ScannedLine): void {
    const index = lines++
    const plain = stripEscapes(line.text)
    if (plain === '' || continuesStackTrace(plain)) return keeper.add(line, index, false)
    const group = miner.add(messageOf(plain), index, milliseconds(line.time))
    const bad = looksBad(plain)
    if (bad) {
      errors++
      firstError ??= line.time
    }
    keeper.add(line, index, isWorthALook(group, index, bad) || (group.count === 1 && speaks(line)))
  }

  function isWorthALook(group: LineGroup, index: number, bad: boolean): boolean {
    if (!bad || index - (looked.get(group) ?? -lookAgainAfter) < lookAgainAfter) return false
    looked.set(group, index)
    return true
  }

  /** A kind of line that is said for the first time and fits a known wording of trouble, whatever its level. */
  function speaks(line: ScannedLine): boolean {
    if (looks > firstLooks + (lines / 1000) * looksPerThousand) return false
    looks++
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
        templates: shown(kinds).map(toScannedKind),
        windows,
        dropped_windows: dropped,
      }
    },
  }
}

/** The most frequent kinds, and of the rest the rarest, newest first: a fault is seldom what was said most. */
function shown(kinds: readonly MinedKind[]): MinedKind[] {
  const rest = kinds.slice(frequentKinds)
  const rare = rest.toSorted((left, right) => left.count - right.count || right.index - left.index).slice(0, rareKinds)
  return [...kinds.slice(0, frequentKinds), ...rare]
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

/** Whether a line, without escape sequences, reads like an error or worse. */
function looksBad(line: string): boolean {
  const head = line.length > headLength ? line.slice(0, headLength) : line
  return opening.test(head) || (fragments.test(head) && words.test(head))
}

/** Milliseconds of stamps that follow each other: the second is worked out once for all the lines that share it. */
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

/** Windows close some lines after their last mark; only then is it looked at what they hold, and the calm ones are let go. */
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
    if (list.length <= mostPerRank) return
    list.splice(mostPerRank / 2, 1)
    dropped++
  }

  return {
    add(line, index, marked) {
      const stored = line.text.length > longestLine ? { ...line, text: line.text.slice(0, longestLine) } : line
      if (marked && !current) {
        const from = Math.max(closedUpTo, next - Math.min(before, ring.length), 0)
        const lines = Array.from({ length: next - from }, (_, at) => ring[(from + at) % tailLength] as ScannedLine)
        current = { from: index - lines.length, lines, open: after }
      }
      if (current) {
        current.lines.push(stored)
        current.open = marked ? after : current.open - 1
        if (current.open <= 0 || current.lines.length >= longestWindow) close()
      }
      ring[next % tailLength] = stored
      next++
    },
    end() {
      close()
      const from = Math.max(0, next - tailLength)
      const tail = Array.from({ length: next - from }, (_, at) => ring[(from + at) % tailLength] as ScannedLine)
      const earlier = ranks.flatMap((why) => kept[why]).toSorted((left, right) => left.from - right.from)
      return { windows: [...earlier.flatMap((window) => upTo(window, from)), ...tailWindow(tail, from)], dropped }
    },
  }
}

/** What the tail holds as well belongs to the tail. */
function upTo(window: LogWindow, end: number): LogWindow[] {
  const lines = window.lines.slice(0, Math.max(0, end - window.from))
  return lines.length === 0 ? [] : [{ ...window, lines }]
}

function tailWindow(lines: ScannedLine[], from: number): LogWindow[] {
  return lines.length === 0 ? [] : [{ why: 'tail', from, lines }]
}

/** What a window is kept for; undefined where what seemed to speak of trouble does not. */
function rankOf(lines: readonly ScannedLine[]): (typeof ranks)[number] | undefined {
  const records = readRecords(lines)
  if (records.some(({ level }) => level === 'fatal')) return 'fatal'
  if (records.some(({ level }) => level === 'error')) return 'error'
  return records.some((record) => matchRecord(record).length > 0) ? 'signature' : undefined
}
