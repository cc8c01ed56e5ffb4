import { linearPattern } from '#src/util/linear-pattern.ts'
import { matcherProblem } from '#src/domain/matcher-problem.ts'
import type { Matcher } from '#src/domain/silence.ts'
import type { Signal } from '#src/domain/signal.ts'
import { owningWorkload } from '#src/intake/problem/owning-workload.ts'

/** What matchers compare: a signal, and the service that it is counted to. */
export interface Matchable {
  signal: Signal
  service: string
}

type Fit = (text: string) => boolean

const patterns = new Map<string, Fit>()
const rememberedPatterns = 500

/**
 * Does the matcher fit? A field that is absent is the empty text. `kind` and `name` are those of the object or of the workload that it
 * belongs to: a silence over a Deployment covers its pods. A matcher that cannot be used fits nothing.
 */
export function matches(matcher: Matcher, matchable: Matchable): boolean {
  const fits = fitFor(matcher)
  if (!fits) return false
  const found = valuesOf(matcher.field, matchable).some((value) => fits(value))
  return matcher.operator === '=' || matcher.operator === '=~' ? found : !found
}

/** Undefined for a matcher that cannot be used. */
function fitFor(matcher: Matcher): Fit | undefined {
  const { operator, value } = matcher
  if (operator === '=' || operator === '!=') return matcherProblem(matcher) ? undefined : (text) => text === value
  const known = patterns.get(value)
  if (known) return matcherProblem({ ...matcher, operator: '=' }) ? undefined : known
  const compiled = linearPattern(value)
  if (typeof compiled !== 'function' || matcherProblem(matcher)) return undefined
  if (patterns.size >= rememberedPatterns) patterns.clear()
  patterns.set(value, compiled)
  return compiled
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
