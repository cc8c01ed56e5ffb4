import type { LogLine } from '../../../tools/logs/log-source.ts'

const longestLine = 8_192
const stamped = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s

/**
 * The text of a log with the runtime's stamps, line by line. Very long lines are cut and say so; where the text was cut off, its
 * last line is left out, for half a line says something else than the whole.
 */
export function parseLogText(text: string, { ends_whole }: { ends_whole: boolean }): LogLine[] {
  const lines = text.split('\n')
  const last = lines.pop()
  if (last !== undefined && last !== '' && (ends_whole || lines.length === 0)) lines.push(last)
  return lines.map(parseLine)
}

function parseLine(line: string): LogLine {
  const [, time, rest] = stamped.exec(line) ?? []
  const text = (rest ?? line).replace(/\r$/, '')
  const whole = text.length <= longestLine ? text : `${text.slice(0, longestLine)} [cut, ${text.length} characters]`
  return time === undefined ? { text: whole } : { time, text: whole }
}
