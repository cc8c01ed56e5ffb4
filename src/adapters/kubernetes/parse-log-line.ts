import type { LogLine } from '#tools/logs/log-source.ts'

const longestLine = 8_192
const stamped = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s
const [dash, space, letterT, letterZ] = [45, 32, 84, 90]

/** One line with the runtime's stamp taken off it. A very long one is cut and says so. */
export function parseLogLine(line: string): LogLine {
  const end = stampEnd(line)
  if (end > 0) return { time: line.slice(0, end), text: whole(line.slice(end + 1)) }
  const [, time, rest] = stamped.exec(line) ?? []
  return time === undefined ? { text: whole(line) } : { time, text: whole(rest ?? '') }
}

/** Where a stamp in UTC ends, by far the most common one; 0 where it has to be looked at closely. */
function stampEnd(line: string): number {
  if (line.charCodeAt(4) !== dash || line.charCodeAt(10) !== letterT) return 0
  const end = line.indexOf(' ', 19)
  if (end < 20 || end > 32 || line.charCodeAt(end - 1) !== letterZ || line.charCodeAt(end) !== space) return 0
  for (let at = 0; at < end - 1; at++) {
    const code = line.charCodeAt(at)
    // Digits, and what stands between them: - . / :
    if (at !== 10 && (code < dash || code > 58)) return 0
  }
  return end
}

function whole(text: string): string {
  const plain = text.endsWith('\r') ? text.slice(0, -1) : text
  return plain.length <= longestLine ? plain : `${plain.slice(0, longestLine)} [cut, ${plain.length} characters]`
}
