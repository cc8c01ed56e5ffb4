import { continuesStackTrace, messageOf, stripEscapes } from '#src/logs/line-text.ts'
import { createTemplateMiner, type MinedKind } from '#src/logs/mining/template-miner.ts'

/** Reads a log in pieces that may end anywhere; keeps one unfinished line and the kinds of lines. */
export interface StreamMiner {
  /** Throws the abort reason of the signal. */
  push(text: string): void
  /** Call once, after the last piece. */
  end(): MinedStream
}

/** `records` counts the lines without the continuation lines of stack traces; all of them are in `kinds` or in `forgotten`. */
export interface MinedStream {
  lines: number
  records: number
  kinds: MinedKind[]
  /** Kinds that were dropped to bound memory, and the number of their lines. */
  forgotten: { kinds: number; lines: number }
}

const maxLineLength = 65_536

const zero = 48

let lastDay = -1

let lastStart = 0

/** Kinds of lines of a log of any length, in bounded memory. Reads plain lines, JSON lines, escape sequences and stack traces. */
export function mineStream({ signal }: { signal?: AbortSignal } = {}): StreamMiner {
  const miner = createTemplateMiner()
  let rest = ''
  let [lines, records] = [0, 0]
  let traceback: { text: string; index: number; time?: number } | undefined

  function take(whole: string): void {
    const index = lines++
    const raw = whole.length > maxLineLength ? whole.slice(0, maxLineLength) : whole
    const line = stripEscapes(raw)
    if (line === '' || line.startsWith('\r') || continuesStackTrace(line)) return
    if (traceback) {
      const { text, ...place } = traceback
      traceback = undefined
      miner.add(`${text} ${line}`, place.index, place.time)
      return
    }
    records++
    const time = readStamp(line)
    if (line.endsWith('Traceback (most recent call last):')) traceback = { text: line, index, time }
    else miner.add(messageOf(line), index, time ?? (line.startsWith('{') ? stampOf(line) : undefined))
  }

  return {
    push(text) {
      signal?.throwIfAborted()
      const all = rest === '' ? text : rest + text
      let start = 0
      for (let end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', start)) {
        take(all.slice(start, end))
        start = end + 1
      }
      rest = all.slice(start, start + maxLineLength)
    },
    end() {
      if (rest !== '') take(rest)
      rest = ''
      if (traceback) miner.add(traceback.text, traceback.index, traceback.time)
      // The last review may drop kinds, so it runs before `forgotten` is read.
      const kinds = miner.kinds()
      const { kinds: given, lines: lost } = miner.forgotten()
      return { lines, records, kinds, forgotten: { kinds: given, lines: lost } }
    },
  }
}

function stampOf(line: string): number | undefined {
  const at = line.search(/"(?:time|ts|timestamp|@timestamp)": ?"/)
  return at < 0 ? undefined : readStamp(line.slice(line.indexOf('"', line.indexOf(':', at)), at + 60))
}

/**
 * Milliseconds since 1970 of a time at the head of a line (`2026-03-01T10:00:00.123`, also with a space or slashes, and after a bracket
 * or a quote), read as UTC; undefined where there is none. It runs for every line, so it allocates nothing.
 */
function readStamp(text: string): number | undefined {
  const first = text.charCodeAt(0)
  const at = first >= zero && first <= 57 ? 0 : 1
  const mark = text.charCodeAt(at + 4)
  if ((mark !== 45 && mark !== 47) || text.charCodeAt(at + 7) !== mark || text.charCodeAt(at + 13) !== 58)
    return undefined
  const year = pair(text, at) * 100 + pair(text, at + 2)
  const month = pair(text, at + 5)
  const date = pair(text, at + 8)
  const seconds = pair(text, at + 11) * 3600 + pair(text, at + 14) * 60 + pair(text, at + 17)
  if (!(year > 1970 && month >= 1 && month <= 12 && date >= 1 && date <= 31 && seconds <= 86_400)) return undefined
  const day = year * 10_000 + month * 100 + date
  if (day !== lastDay) {
    lastDay = day
    lastStart = Date.UTC(year, month - 1, date)
  }
  return lastStart + seconds * 1000 + thousandths(text, at + 19)
}

function pair(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - zero, text.charCodeAt(at + 1) - zero]
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function thousandths(text: string, at: number): number {
  const mark = text.charCodeAt(at)
  if (mark !== 46 && mark !== 44) return 0
  const value = pair(text, at + 1) * 10 + (text.charCodeAt(at + 3) - zero)
  return value >= 0 && value < 1000 ? value : 0
}
