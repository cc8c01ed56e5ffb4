import type { Approval } from '#src/domain/approval.ts'
import { printable } from './printable.ts'
import { type ChangeView, nameOfPlan, putPlan, titleOfPlan } from './render-plan.ts'
import { spanWords } from './span-words.ts'
import { createPage, type Page, putTable, type TextOptions, type Tone } from './text-page.ts'

/** The status of an incident, or why it could not be read. */
export type IncidentBrief = { status: string; summary?: string } | { why: string }

const tones: Record<Approval['status'], Tone> = {
  pending: 'yellow',
  approved: 'green',
  rejected: 'red',
  expired: 'dim',
  withdrawn: 'dim',
}

/** This many digits of a hash distinguish two plans; the command sends all of them. */
const shownDigits = 12

/** An approval for the person who answers it: its status, the incident, the plan, and the command lines that answer it. */
export function renderApproval(
  approval: Approval,
  { incident, view, options }: { incident: IncidentBrief; view: ChangeView; options: TextOptions },
): string {
  const page = createPage(options)
  const status = page.paint(tones[approval.status], approval.status.toUpperCase())
  page.lines.push(`${status}  ${titleOfPlan(approval.action)}`)
  for (const line of describeStatus(approval, view.now)) page.put(printable(line))
  page.heading('Incident')
  putIncident(page, approval, incident)
  page.heading('Plan')
  putPlan(page, approval.action)
  page.heading('Details')
  page.put(printable(`approval ${approval.id}, run ${approval.run_id}`), '  ', 'dim')
  page.lines.push(`  plan hash ${printable(approval.plan_hash)}`)
  putNext(page, approval, view)
  return `${page.lines.join('\n')}\n`
}

function describeStatus(approval: Approval, now: number): string[] {
  const { status, asked_at, expires_at, decided_at, decided_by, status_reason, comment, execution_id } = approval
  const left = `${spanWords(Date.parse(expires_at) - now)} (until ${expires_at})`
  const answered =
    decided_by === undefined ? '' : ` by ${decided_by}${decided_at === undefined ? '' : ` at ${decided_at}`}`
  const words: Record<Approval['status'], string> = {
    pending: `It can be answered for another ${left}.`,
    approved:
      execution_id === undefined
        ? `Approved${answered}. It can be used for another ${left}.`
        : `Approved${answered}, and used for ${execution_id}.`,
    rejected: `Rejected${answered}.`,
    expired: `Expired at ${expires_at}.`,
    withdrawn: 'Withdrawn: it can neither be answered nor used.',
  }
  return [
    `Requested ${spanWords(now - Date.parse(asked_at))} ago. ${words[status]}`,
    ...(status_reason === undefined ? [] : [`Reason: ${status_reason}`]),
    ...(comment === undefined ? [] : [`Comment: ${comment}`]),
  ]
}

function putIncident(page: Page, { incident_id, namespace, service }: Approval, incident: IncidentBrief): void {
  const where = namespace === undefined ? '' : `, namespace ${namespace}`
  page.put(printable(`${incident_id}: service ${service}${where}`), '  ')
  if ('why' in incident) page.put(printable(`The incident could not be read: ${incident.why}`), '  ', 'yellow')
  else page.put(printable(`${incident.status}: ${incident.summary ?? 'no decision yet'}`), '  ')
}

function putNext(page: Page, approval: Approval, { commandLine }: ChangeView): void {
  const { id, status, incident_id, action, plan_hash, execution_id } = approval
  const hash = ['--plan-hash', plan_hash.slice(0, shownDigits)]
  const put = (words: string[]): void => void page.lines.push(`  ${commandLine(words)}`)
  const reject = ['approvals', 'reject', id, ...hash, '--comment', '']
  if (execution_id !== undefined) {
    page.heading('To see the outcome')
    put(['executions', 'show', execution_id])
  } else if (status === 'pending') {
    page.heading('To approve or reject this plan')
    put(['approvals', 'approve', id, ...hash])
    put(reject)
  } else if (status === 'approved') {
    page.heading('To begin the execution by hand, or to withdraw the approval')
    put(['executions', 'begin', incident_id, '--action', action.id, ...hash])
    put(reject)
  }
}

/** Approvals as a table; the status has a column where not all are pending. */
export function renderApprovalList(approvals: readonly Approval[], now: number, options: TextOptions): string {
  const page = createPage(options)
  const isPlain = approvals.every(({ status }) => status === 'pending')
  const status = (word: string): string[] => (isPlain ? [] : [word])
  putTable(page, {
    head: ['ID', ...status('STATUS'), 'AGE', 'EXPIRES IN', 'ACTION', 'NAMESPACE', 'SERVICE'],
    rows: approvals.map((approval) => [
      approval.id,
      ...status(approval.status),
      spanWords(now - Date.parse(approval.asked_at)),
      describeTimeLeft(approval, now),
      nameWithoutNamespace(approval),
      approval.namespace ?? '-',
      approval.service,
    ]),
    fold: isPlain ? 3 : 4,
    width: options.width,
  })
  return `${page.lines.join('\n')}\n`
}

function describeTimeLeft({ status, expires_at, execution_id }: Approval, now: number): string {
  if (execution_id !== undefined || (status !== 'pending' && status !== 'approved')) return '-'
  const left = Date.parse(expires_at) - now
  return left <= 0 ? 'expired' : spanWords(left)
}

/** The namespace has a column of its own; it is named here only where the target is in another one. */
function nameWithoutNamespace({ namespace, action }: Approval): string {
  const { kind, target } = action
  return nameOfPlan({ kind, target: target.namespace === namespace ? { ...target, namespace: undefined } : target })
}
