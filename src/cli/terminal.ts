import { printable } from '#src/reporting/printable.ts'
import type { TextOptions } from '#src/reporting/text-page.ts'
import type { CliPorts } from './cli-ports.ts'

/** How a text for this stdout is laid out: in colour on a terminal that wants it, and no wider than it. */
export function textOptionsOf({ stdout, env }: CliPorts): TextOptions {
  const colour = stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return { colour, width: Math.min(stdout.columns || 100, 100) }
}

/** As `printable`, keeping the line breaks: they are ours, the text of the lines may not be. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
