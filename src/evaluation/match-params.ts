import type { ActionReading } from './action-table.ts'
import type { AnsweredAction } from './answer.ts'
import { isPlaceholder, matchesValue } from './match-value.ts'
import { hasWord } from './words.ts'

/** One leaf of a verdict's params, where it lies among the answer's params. */
interface ExpectedParam {
  path: string[]
  value: unknown
}

function leaves(value: unknown, path: string[]): ExpectedParam[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
}

/** The verdict's params as leaves of the answer's; `after` and `note` speak of order and reason, not of the change. */
function expectedParams(params: Record<string, unknown>, reading: ActionReading): ExpectedParam[] {
  const given = Object.entries(params).filter(([name]) => name !== 'after' && name !== 'note')
  const translated = given.flatMap(([name, value]) =>
    leaves(value, reading.paths?.[name] ?? [...(reading.below ?? []), name]),
  )
  return [...translated, ...Object.entries(reading.implied ?? {}).flatMap(([name, value]) => leaves(value, [name]))]
}

function valueAt(params: Record<string, unknown>, path: string[]): unknown {
  let current: unknown = params
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Object.entries(current).find(([name]) => name === key)?.[1]
  }
  return current
}

/** True where the answer asks for the param: by a need of that name, of one above it, or whose question names it. */
function isAskedFor(action: AnsweredAction, path: string[]): boolean {
  const prefixes = new Set(path.map((_, index) => path.slice(0, index + 1).join('.')))
  const leaf = path.at(-1) ?? ''
  return action.needs.some((need) => prefixes.has(need.param) || need.param === leaf || hasWord(need.ask, leaf))
}

function hasRequired(action: AnsweredAction, reading: ActionReading): boolean {
  if (!reading.requires) return true
  return reading.requires.some((name) => action.params[name] !== undefined || isAskedFor(action, [name]))
}

function agrees(action: AnsweredAction, { path, value }: ExpectedParam, reading: ActionReading): boolean {
  if (isPlaceholder(value)) return isAskedFor(action, path)
  const actual = valueAt(action.params, path)
  if (actual === undefined) return (reading.optional ?? []).includes(path.join('.')) || isAskedFor(action, path)
  if (path[0] === 'to_image') return typeof actual === 'string' && hasWord(actual, String(value))
  return matchesValue(value, actual)
}

/** True where nothing in the answer's params contradicts the verdict's, and what has to be asked for is asked for. */
export function paramsAgree(action: AnsweredAction, params: Record<string, unknown>, reading: ActionReading): boolean {
  if (!hasRequired(action, reading)) return false
  return expectedParams(params, reading).every((param) => agrees(action, param, reading))
}

/** True where the answer's params are those of a forbidden action; a value in angle brackets there stands for any. */
export function paramsForbidden(
  action: AnsweredAction,
  params: Record<string, unknown>,
  reading: ActionReading,
): boolean {
  if (reading.requires && !reading.requires.some((name) => action.params[name] !== undefined)) return false
  return expectedParams(params, reading).every(({ path, value }) => {
    const actual = valueAt(action.params, path)
    return isPlaceholder(value) || (actual !== undefined && matchesValue(value, actual))
  })
}
