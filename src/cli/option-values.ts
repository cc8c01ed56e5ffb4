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
