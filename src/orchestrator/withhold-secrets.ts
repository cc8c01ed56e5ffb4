import type { RecommendedAction } from '#src/domain/action.ts'

/**
 * An action as it may leave the process. A parameter in which a secret stood is left out and asked for instead: a masked value
 * must not be mistaken for one that can be written.
 */
export function withholdSecrets(action: RecommendedAction, redact: (text: string) => string): RecommendedAction {
  const params: Record<string, unknown> = {}
  const needs = action.needs.map((need) => ({ ...need, ask: redact(need.ask) }))
  for (const [name, value] of Object.entries(action.params)) {
    const clean = redactDeep(value, redact)
    if (isProse(name) || JSON.stringify(clean) === JSON.stringify(value)) params[name] = clean
    else needs.push({ param: name, ask: `the value of ${name}, which holds a secret and is not shown` })
  }
  return {
    ...action,
    params,
    needs,
    reason: redact(action.reason),
    what_if: { ...action.what_if, because: redact(action.what_if.because) },
  }
}

/** What a person reads may be masked; what a program writes may not. */
function isProse(param: string): boolean {
  return param === 'ask' || param === 'instruction'
}

function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item, redact)]))
}
