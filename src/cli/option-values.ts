import { UsageError } from './usage-error.ts'

/** A value out of a closed list, or the first of it where none was given. */
export function oneOf<const T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly [T, ...T[]],
): T {
  if (value === undefined) return allowed[0]
  const found = allowed.find((candidate) => candidate === value)
  if (!found) throw new UsageError(`${name} is "${value}"; allowed: ${allowed.join(', ')}`)
  return found
}

/** A number within bounds; undefined where none was given. */
export function numberBetween(
  name: string,
  value: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (value === undefined) return undefined
  const number = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN
  if (!(number >= least && number <= most)) {
    throw new UsageError(`${name} is "${value}"; allowed: a number from ${least} to ${most}`)
  }
  return number
}

/** As `numberBetween`, without a fraction. */
export function wholeBetween(name: string, value: string | undefined, least: number, most: number): number | undefined {
  const number = numberBetween(name, value, least, most)
  if (number === undefined || Number.isInteger(number)) return number
  throw new UsageError(`${name} is "${value}"; allowed: a whole number from ${least} to ${most}`)
}

/** The base address of a service without a slash at its end. */
export function serviceAddress(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`${name} is "${value}"; allowed: an address such as http://127.0.0.1:8000`)
  }
  return url.href.replace(/\/+$/, '')
}

/** Several of a closed list, separated by commas; undefined where none was given. */
export function someOf<const T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T[] | undefined {
  return value?.split(',').map((word) => {
    const found = allowed.find((candidate) => candidate === word.trim())
    if (!found) throw new UsageError(`${name} is "${value}"; allowed, separated by commas: ${allowed.join(', ')}`)
    return found
  })
}

/** What a service may have given out as an id; nothing else comes into an address. */
export function idWord(name: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`${name} is missing`)
  if (/^\w[\w.-]{0,127}$/.test(value)) return value
  throw new UsageError(`${name} is "${value}"; allowed: letters, digits, "_", "." and "-", at most 128`)
}

/** Words of a person, without blanks at their ends; undefined where none were given. */
export function personsWords(name: string, value: string | undefined): string | undefined {
  const words = value?.trim()
  if (words === undefined || (words.length > 0 && words.length <= 1000)) return words
  throw new UsageError(`${name} has ${words.length} characters; allowed: 1 to 1000`)
}

/** The beginning of a plan's hash. Without one nothing is answered or begun: it says which plan the person has seen. */
export function planHashStart(value: string | undefined, where: string): string {
  if (value !== undefined && /^[0-9a-f]{12,64}$/i.test(value)) return value.toLowerCase()
  const given = value === undefined ? 'is missing' : `is "${value}"`
  throw new UsageError(
    `--plan-hash ${given}; allowed: at least the first 12 of the plan hash's 64 hex digits. ${where}`,
  )
}
