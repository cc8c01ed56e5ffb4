import type { GeneratedLog } from './generated-log.ts'
import type { LogOptions } from './log-options.ts'

const pieceSize = 65_536

/** What of a generated log is wanted, piece by piece and only as fast as it is taken. */
export function* streamLog(log: GeneratedLog, options: LogOptions, now: number): Generator<Buffer> {
  const since =
    options.since_ms ?? (options.since_seconds === undefined ? undefined : now - options.since_seconds * 1000)
  const recent = since === undefined ? 0 : firstSince(log, since)
  const first = options.tail_lines === undefined ? recent : Math.max(recent, log.count - options.tail_lines)
  const stamp = options.timestamps ? createStamp() : () => ''
  let left = options.limit_bytes ?? Infinity
  let piece = ''
  for (let index = first; index < log.count && left > 0; index++) {
    piece += `${stamp(log.ms(index), index)}${log.line(index)}\n`
    if (piece.length < Math.min(pieceSize, left)) continue
    const bytes = Buffer.from(piece).subarray(0, left)
    left -= bytes.length
    piece = ''
    yield bytes
  }
  if (piece !== '' && left > 0) yield Buffer.from(piece).subarray(0, left)
}

function firstSince(log: GeneratedLog, since: number): number {
  let [low, high] = [0, log.count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (log.ms(middle) < since) low = middle + 1
    else high = middle
  }
  return low
}

/** The runtime's stamp; the second is written once for all the lines that share it. */
function createStamp(): (ms: number, index: number) => string {
  let second = -1
  let head = ''
  return (ms, index) => {
    if (Math.floor(ms / 1000) !== second) {
      second = Math.floor(ms / 1000)
      head = new Date(second * 1000).toISOString().slice(0, 19)
    }
    const thousandths = String(ms - second * 1000).padStart(3, '0')
    return `${head}.${thousandths}${String((index * 1_013 + 468_491) % 1_000_000).padStart(6, '0')}Z `
  }
}
