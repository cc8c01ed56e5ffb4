import type { Approval } from '#src/domain/approval.ts'
import { nameOfPlan } from './put-plan.ts'
import { putTable } from './put-table.ts'
import { spanWords } from './span-words.ts'
import { createPage, type TextOptions } from './text-page.ts'

/** Approvals as a table; where each waits for a person, nothing is said of how it stands. */
export function renderApprovalList(approvals: readonly Approval[], now: number, options: TextOptions): string {
  const page = createPage(options)
  const isPlain = approvals.every(({ status }) => status === 'pending')
  const status = (word: string): string[] => (isPlain ? [] : [word])
  putTable(page, {
    head: ['ID', ...status('STATUS'), 'AGE', 'EXPIRES IN', 'WHAT', 'NAMESPACE', 'SERVICE'],
    rows: approvals.map((approval) => [
      approval.id,
      ...status(approval.status),
      spanWords(now - Date.parse(approval.asked_at)),
      leftOf(approval, now),
      whatOf(approval),
      approval.namespace ?? '-',
      approval.service,
    ]),
    fold: isPlain ? 3 : 4,
    width: options.width,
  })
  return `${page.lines.join('\n')}\n`
}

function leftOf({ status, expires_at, execution_id }: Approval, now: number): string {
  if (execution_id !== undefined || (status !== 'pending' && status !== 'approved')) return '-'
  const left = Date.parse(expires_at) - now
  return left <= 0 ? 'over' : spanWords(left)
}

/** The namespace has a column of its own; it is said here only where the target lies in another one. */
function whatOf({ namespace, action }: Approval): string {
  const { kind, target } = action
  return nameOfPlan({ kind, target: target.namespace === namespace ? { ...target, namespace: undefined } : target })
}
