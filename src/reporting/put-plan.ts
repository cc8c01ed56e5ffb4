import type { PlannedAction } from '#src/domain/action.ts'
import { nameResource } from './name-resource.ts'
import { printable } from './printable.ts'
import { renderJson } from './render-json.ts'
import type { Page } from './text-page.ts'

/** What a plan does, in a line. */
export function nameOfPlan({ kind, target }: Pick<PlannedAction, 'kind' | 'target'>): string {
  return `${kind} ${nameResource(target)}`
}

/**
 * The whole of a plan that a person answers for. Parameters stand as JSON on a line of their own: neither blanks nor characters that
 * cannot be seen get lost, and a number is not taken for a text.
 */
export function putPlan(page: Page, plan: PlannedAction): void {
  const { params, needs, reason, risk, reversible, what_if, guard } = plan
  page.put(nameOfPlan(plan), '  ', 'bold')
  const given = Object.entries(params).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) page.lines.push(`    ${printable(name)} = ${renderJson(value, 0).trimEnd()}`)
  if (given.length === 0) page.put('no parameters', '    ', 'dim')
  for (const { param, ask } of needs) page.put(printable(`needs ${param}: ${ask}`), '    ', 'yellow')
  page.put(printable(reason), '  ')
  page.put(`risk ${risk}, ${reversible ? 'reversible' : 'not reversible'}`, '  ')
  const verdict = what_if.would_resolve === 'unknown' ? 'not known' : what_if.would_resolve
  page.put(printable(`would it resolve this? ${verdict}: ${what_if.because}`), '  ')
  page.put(`guard: ${guard.verdict.replace('_', ' ')}`, '  ')
  for (const why of guard.reasons) page.put(printable(why), '    - ')
}
