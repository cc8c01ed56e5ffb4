import { z } from 'zod'
import { linearPattern } from '#src/util/linear-pattern.ts'

/** Compares one field of a signal, as in Alertmanager. A regular expression is anchored at both ends. */
export const Matcher = z.object({
  /** `namespace`, `service`, `alert`, `kind`, `name`, `reason`, `source`, `cluster`, `severity`, or `labels.<key>`. */
  field: z.string().min(1).max(128),
  operator: z.enum(['=', '!=', '=~', '!~']),
  value: z.string().max(512),
})
export type Matcher = z.infer<typeof Matcher>

/** While it lasts, signals that all its matchers fit are kept and counted, and open nothing. */
export const Silence = z.object({
  id: z.string(),
  matchers: z.array(Matcher).min(1).max(20),
  starts_at: z.string(),
  ends_at: z.string(),
  created_by: z.string(),
  comment: z.string().max(1000),
  /** Ended early, by whom. */
  ended_by: z.string().optional(),
})
export type Silence = z.infer<typeof Silence>

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
