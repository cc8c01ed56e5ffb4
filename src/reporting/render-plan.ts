import type { PlannedAction } from '#src/domain/action.ts'
import { printable } from './printable.ts'
import { putPlan } from './put-plan.ts'
import { createPage, type TextOptions } from './text-page.ts'

/** A plan alone, with its hash. */
export function renderPlan(plan: PlannedAction, hash: string, options: TextOptions): string {
  const page = createPage(options)
  putPlan(page, plan)
  page.lines.push(`  plan hash ${printable(hash)}`)
  return `${page.lines.join('\n')}\n`
}
