const zero = 48

let lastDay = -1
let lastStart = 0

/**
 * Milliseconds since 1970 of a time at the head of a line (`2026-03-01T10:00:00.123`, with a space or slashes as well, behind a
 * bracket or a quote too), read as UTC; undefined where there is none. Made for one call per line: nothing is allocated.
 */
export function readStamp(text: string): number | undefined {
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
