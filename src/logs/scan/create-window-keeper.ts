import type { LogWindow, ScannedLine } from '#src/domain/log-scan.ts'
import { matchRecord } from '#src/logs/match-record.ts'
import { readRecords } from '#src/logs/read-records.ts'

/** Keeps lines around what speaks of trouble, and the end of the log; everything bounded. */
export interface WindowKeeper {
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

/** Windows close some lines after their last mark; only then is it looked at what they hold, and the calm ones are let go. */
export function createWindowKeeper(): WindowKeeper {
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
