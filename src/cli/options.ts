import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { CodedError } from '#src/domain/coded-error.ts'

/* Options and arguments that several commands share, declared once, and the values that they accept. */

/** A command line that cannot be understood; its message says what is allowed. */
export class UsageError extends CodedError {
  constructor(message: string) {
    super('SRE_CLI_USAGE', message)
    this.name = 'UsageError'
  }
}

/** Flags of options that several commands have. */
export const flags = {
  namespace: '-n, --namespace <name>',
  output: '-o, --output <form>',
  to: '--to <url>',
  limit: '--limit <n>',
} as const

/** The default is the service that is called without the option. */
export function toOption(withoutIt: string): Option {
  return new Option(flags.to, `call the service at this address (default: ${withoutIt})`).argParser(parseAddress)
}

/** `--to` of the commands that need a service which runs already. */
export const runningServiceOption = (): Option => toOption('http://127.0.0.1 with the port of PORT, or 8000')

export function outputOption<const T extends string>(forms: readonly [T, ...T[]], description: string): Option {
  return new Option(flags.output, description).choices(forms).default(forms[0])
}

export const jsonOption = (): Option =>
  new Option('--json', 'print JSON as the service sends it; a list is one JSON object a line')

/** A whole number between two bounds; the bounds stand in the help. */
export function wholeOption(name: string, description: string, [min, max]: [number, number]): Option {
  return new Option(name, `${description}, ${min} to ${max}`).argParser((value) => parseWhole(value, min, max))
}

/** How many items of a list are printed. */
export function limitOption(max: number): Option {
  return wholeOption(flags.limit, 'print the newest N entries', [1, max]).default(50)
}

/** Several words of a closed list, separated by commas. */
export function someOption(name: string, description: string, allowed: readonly string[]): Option {
  return new Option(name, `${description}: ${allowed.join(', ')}`).argParser((value) =>
    value.split(',').map((word) => {
      const found = allowed.find((candidate) => candidate === word.trim())
      if (found === undefined) throw new InvalidArgumentError(`Allowed, separated by commas: ${allowed.join(', ')}.`)
      return found
    }),
  )
}

export function idOption(name: string, description: string): Option {
  return new Option(name, description).argParser(parseId)
}

export function idArgument(name: string, description: string): Argument {
  return new Argument(name, description).argParser(parseId)
}

/** A text that a person wrote for the record. */
export function noteOption(name: string, description: string): Option {
  return new Option(name, `${description}, 1 to 1000 characters`).argParser(parseNote)
}

/** The plan that a person has read. `Option` cannot say where to find the hash, so that a missing one is refused by `requirePlanHash`. */
export function planHashOption(): Option {
  const description =
    'hash of the plan that you have read, at least its first 12 digits; for another plan nothing is sent'
  return new Option('--plan-hash <hash>', description).argParser((value) => {
    if (/^[0-9a-f]{12,64}$/i.test(value)) return value.toLowerCase()
    throw new InvalidArgumentError("Allowed: at least the first 12 of the plan hash's 64 hex digits.")
  })
}

/** Without the hash nothing is sent: it says which plan the person has read. */
export function requirePlanHash(value: string | undefined, whereToFindIt: string): string {
  if (value !== undefined) return value
  throw new UsageError(
    `--plan-hash is missing; allowed: at least the first 12 of the plan hash's 64 hex digits. ${whereToFindIt}`,
  )
}

/** What the help of every command ends with. */
export function addHelpEnd(command: Command, { examples, exits }: { examples: string[]; exits: string[] }): void {
  const lines = ['', 'Examples:', ...examples, '', 'Exit codes:', ...exits]
  command.addHelpText('after', lines.map((line) => (line === '' || line.endsWith(':') ? line : `  ${line}`)).join('\n'))
}

function parseWhole(value: string, min: number, max: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (number >= min && number <= max) return number
  throw new InvalidArgumentError(`Allowed: a whole number from ${min} to ${max}.`)
}

/** The base address of a service without a slash at its end. */
function parseAddress(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url && ['http:', 'https:'].includes(url.protocol)) return url.href.replace(/\/+$/, '')
  throw new InvalidArgumentError('Allowed: an address such as http://127.0.0.1:8000.')
}

/** What a service may have given out as an id; nothing else comes into an address. */
function parseId(value: string): string {
  if (/^\w[\w.-]{0,127}$/.test(value)) return value
  throw new InvalidArgumentError('Allowed: letters, digits, "_", "." and "-", at most 128 characters.')
}

function parseNote(value: string): string {
  const words = value.trim()
  if (words.length > 0 && words.length <= 1000) return words
  throw new InvalidArgumentError(`It has ${words.length} characters. Allowed: 1 to 1000.`)
}
