import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util'
import { UsageError } from './usage-error.ts'

export type OptionTable = Record<string, ParseArgsOptionDescriptor>

/** What stood on a command line: options by name, and the words between them. */
export interface ParsedOptions {
  text(name: string): string | undefined
  /** All values of an option that may be given again. */
  texts(name: string): string[]
  flag(name: string): boolean
  words: string[]
}

/** Reads a command's words against its table; a flag that is not in it is a `UsageError` that names those that are. */
export function parseOptions(argv: string[], options: OptionTable): ParsedOptions {
  const table: OptionTable = { ...options, help: { type: 'boolean', short: 'h' } }
  const { values, positionals } = parse(argv, table)
  return {
    text: (name) => {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    },
    texts: (name) => [values[name]].flat().filter((value) => typeof value === 'string'),
    flag: (name) => values[name] === true,
    words: positionals,
  }
}

function parse(argv: string[], options: OptionTable) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true, strict: true })
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\. (?=To|Did)/)[0] ?? '') : String(error)
    throw new UsageError(`${reason}\nAllowed: ${nameOptions(options)}`)
  }
}

function nameOptions(options: OptionTable): string {
  return Object.entries(options)
    .map(([name, { type, short }]) => `${short ? `-${short}, ` : ''}--${name}${type === 'string' ? ' VALUE' : ''}`)
    .join('  ')
}
