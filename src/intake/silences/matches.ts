import type { Matcher } from '../../domain/silence.ts'
import type { Signal } from '../../domain/signal.ts'
import { owningWorkload } from '../problem/owning-workload.ts'
import { linearPattern } from './linear-pattern.ts'

/** What matchers compare: a signal, and the service that it is counted to. */
export interface Matchable {
  signal: Signal
  service: string
}

const fields = ['namespace', 'service', 'alert', 'kind', 'name', 'reason', 'source', 'cluster', 'severity'] as const
const patterns = new Map<string, (text: string) => boolean>()
const rememberedPatterns = 500

/** Why a matcher cannot be used; undefined where it can. */
export function matcherProblem({ field, operator, value }: Matcher): string | undefined {
  if (!isField(field) && !/^labels\..+$/.test(field))
    return `field must be one of ${fields.join(', ')}, or labels.<key>`
  if (operator === '=' || operator === '!=') return undefined
  const pattern = linearPattern(value)
  return typeof pattern === 'function' ? undefined : `value is no pattern that can be used: ${pattern.error}`
}

/**
 * Does the matcher fit? A field that is absent is the empty text. `kind` and `name` are those of the object or of the workload that it
 * belongs to: a silence over a Deployment covers its pods. A matcher that cannot be used fits nothing.
 */
export function matches(matcher: Matcher, matchable: Matchable): boolean {
  if (matcherProblem(matcher) !== undefined) return false
  const fits = fitFor(matcher)
  const found = valuesOf(matcher.field, matchable).some((value) => fits(value))
  return matcher.operator === '=' || matcher.operator === '=~' ? found : !found
}

function isField(field: string): field is (typeof fields)[number] {
  return fields.some((known) => known === field)
}

function fitFor({ operator, value }: Matcher): (text: string) => boolean {
  if (operator === '=' || operator === '!=') return (text) => text === value
  const known = patterns.get(value)
  if (known) return known
  const compiled = linearPattern(value)
  const fits = typeof compiled === 'function' ? compiled : () => false
  if (patterns.size >= rememberedPatterns) patterns.clear()
  patterns.set(value, fits)
  return fits
}

function valuesOf(field: string, { signal, service }: Matchable): string[] {
  if (field === 'kind' || field === 'name') return [signal.resource[field], owningWorkload(signal.resource)[field]]
  if (field === 'service') return [service, ...(signal.service ? [signal.service] : [])]
  if (field === 'namespace') return [signal.resource.namespace ?? signal.namespace ?? '']
  if (field.startsWith('labels.')) return [signal.labels?.[field.slice('labels.'.length)] ?? '']
  const { alert, reason, source, cluster, severity } = signal
  const plain: Record<string, string | undefined> = { alert, reason, source, cluster, severity }
  return [plain[field] ?? '']
}
