import type { LogLine } from '#tools/logs/log-source.ts'
import { parseLogLine } from './parse-log-line.ts'

/**
 * The text of a log with the runtime's stamps, line by line. Very long lines are cut and say so; where the text was cut off, its
 * last line is left out, for half a line says something else than the whole.
 */
export function parseLogText(text: string, { ends_whole }: { ends_whole: boolean }): LogLine[] {
  const lines = text.split('\n')
  const last = lines.pop()
  if (last !== undefined && last !== '' && (ends_whole || lines.length === 0)) lines.push(last)
  return lines.map(parseLogLine)
}
