import { linearPattern } from '#src/util/linear-pattern.ts'
import type { Matcher } from './silence.ts'

const fields = ['namespace', 'service', 'alert', 'kind', 'name', 'reason', 'source', 'cluster', 'severity']

/** What of a matcher cannot be used, and what is allowed there; undefined where it can be used. */
export function matcherProblem({
  field,
  operator,
  value,
}: Matcher): { field: 'field' | 'value'; allowed: string } | undefined {
  if (!fields.includes(field) && !/^labels\..+$/.test(field))
    return { field: 'field', allowed: `one of ${fields.join(', ')}, or labels.<key>` }
  if (operator === '=' || operator === '!=') return undefined
  const pattern = linearPattern(value)
  if (typeof pattern === 'function') return undefined
  return { field: 'value', allowed: `a regular expression without look-around and back-references (${pattern.error})` }
}
