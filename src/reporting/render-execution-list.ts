import type { Execution } from '#src/domain/execution.ts'
import { nameOfPlan } from './put-plan.ts'
import { putTable } from './put-table.ts'
import { spanWords } from './span-words.ts'
import { createPage, type TextOptions } from './text-page.ts'

/** Executions as a table. */
export function renderExecutionList(executions: readonly Execution[], now: number, options: TextOptions): string {
  const page = createPage(options)
  putTable(page, {
    head: ['ID', 'STATUS', 'AGE', 'BY', 'SEEN AFTER', 'WHAT'],
    rows: executions.map((execution) => [
      execution.id,
      execution.status,
      spanWords(now - Date.parse(execution.started_at)),
      execution.started_by,
      execution.observed_after?.state.replace('_', ' ') ?? '-',
      nameOfPlan(execution.action),
    ]),
    fold: 3,
    width: options.width,
  })
  return `${page.lines.join('\n')}\n`
}
