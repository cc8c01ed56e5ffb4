import { isClusterScoped } from '#src/domain/kubernetes/kinds.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { hasWord } from './words.ts'

type Comparison = '>=' | '<=' | '>' | '<'

/** True for a value that has to be asked for, whole or in part: `<ask owner>`, `registry/shop:<existing tag>`. */
export function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && /<[^<>=]+>/.test(value)
}

const compare: Record<Comparison, (actual: number, bound: number) => boolean> = {
  '>=': (actual, bound) => actual >= bound,
  '<=': (actual, bound) => actual <= bound,
  '>': (actual, bound) => actual > bound,
  '<': (actual, bound) => actual < bound,
}

const runtimeUnits: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }

// Sizes on a command line (-Xmx192m) are binary whatever the case: m is mega there, not a thousandth.
function parseRuntimeSize(text: string): number | undefined {
  const match = /^(\d+)([kmgt]?)(?![a-z0-9])/i.exec(text)
  const unit = runtimeUnits[match?.[2]?.toLowerCase() ?? '']
  return match && unit !== undefined ? Number(match[1]) * unit : undefined
}

function parseBound(text: string): { prefix: string; sign: Comparison; bound: string } | undefined {
  const match = /^(.*?)(>=|<=|>|<)\s*(\d\S*)$/.exec(text)
  if (!match) return undefined
  const [, prefix = '', sign, bound = ''] = match
  return sign === '>=' || sign === '<=' || sign === '>' || sign === '<' ? { prefix, sign, bound } : undefined
}

function meetsBound(
  text: string,
  { prefix, sign, bound }: { prefix: string; sign: Comparison; bound: string },
): boolean {
  const start = text.indexOf(prefix)
  if (start === -1) return false
  const parse = prefix === '' ? parseQuantity : parseRuntimeSize
  const actual = parse(text.slice(start + prefix.length))
  const limit = parse(bound)
  return actual !== undefined && limit !== undefined && compare[sign](actual, limit)
}

function matchesText(expected: string, actual: string): boolean {
  const text = expected.replace(/\s*\([^()]*\)$/, '')
  const bound = parseBound(text)
  if (bound) return meetsBound(actual, bound)
  if (text === actual) return true
  const [left, right] = [parseQuantity(text), parseQuantity(actual)]
  return left !== undefined && left === right
}

/** True where a value says what the verdict says: equal, the same quantity, or within its bound (`>128Mi`, `-Xmx<=192m`). */
export function matchesValue(expected: unknown, actual: unknown): boolean {
  if (Array.isArray(expected)) {
    const same = Array.isArray(actual) && actual.length === expected.length
    return same && expected.every((item, index) => matchesValue(item, actual[index]))
  }
  if (!isScalar(expected) || !isScalar(actual)) return false
  return matchesText(String(expected), String(actual))
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

/** A verdict's target in its parts. `names` has more than one where the verdict says "a or b". */
export interface TargetPattern {
  kind: string
  namespace?: string
  names: string[]
}

/** Reads `Kind/namespace/name`, `Kind/name` or `*`; a remark in brackets at the end is none of the name. */
export function parseTarget(text: string): TargetPattern {
  const parts = text.replace(/\s*\([^()]*\)$/, '').split('/')
  if (parts.length === 1) return { kind: '*', names: [parts[0] ?? '*'] }
  const [kind = '*', ...rest] = parts
  const names = (rest.at(-1) ?? '*').split(' or ')
  return rest.length === 1 ? { kind, names } : { kind, namespace: rest[0], names }
}

function matchesGlob(pattern: string, text: string): boolean {
  const escaped = pattern
    .split('*')
    .map((part) => RegExp.escape(part))
    .join('.*')
  return new RegExp(`^${escaped}$`).test(text)
}

/** True where the pattern names any object of its kind. */
export function isOpen(pattern: TargetPattern): boolean {
  return pattern.names.some((name) => name === '*' || isPlaceholder(name))
}

/** True where the object is the one that the pattern means. */
export function matchesTarget(pattern: TargetPattern, target: ResourceRef): boolean {
  if (pattern.kind !== '*' && !matchesGlob(pattern.kind, target.kind)) return false
  const anyNamespace = pattern.namespace === undefined || isClusterScoped(target.kind)
  if (!anyNamespace && !matchesGlob(pattern.namespace ?? '*', target.namespace ?? '')) return false
  return isOpen(pattern) || pattern.names.some((name) => matchesGlob(name, target.name))
}

/** As `matchesTarget`; an action on a workload that a verdict forbids on its pods counts as well. */
export function touchesTarget(pattern: TargetPattern, target: ResourceRef): boolean {
  if (matchesTarget(pattern, target)) return true
  if (pattern.kind !== 'Pod' || target.kind === 'Pod') return false
  return matchesTarget(pattern, { ...target, kind: 'Pod', name: `${target.name}-0` })
}

/** True where a text names the target: one of its names as a whole word, the beginning of it where it ends in `*`. */
export function textNamesTarget(pattern: TargetPattern, text: string): boolean {
  return isOpen(pattern) || pattern.names.some((name) => hasWord(text, name.replace(/[-*]+$/, '')))
}
