import type { Approval } from '#src/domain/approval.ts'
import type { ChangeView, IncidentBrief } from './change-view.ts'
import { printable } from './printable.ts'
import { nameOfPlan, putPlan } from './put-plan.ts'
import { spanWords } from './span-words.ts'
import { createPage, type Page, type TextOptions, type Tone } from './text-page.ts'

const tones: Record<Approval['status'], Tone> = {
  pending: 'yellow',
  approved: 'green',
  rejected: 'red',
  expired: 'dim',
  withdrawn: 'dim',
}

/** So many digits of a hash tell two plans apart; the command sends the whole. */
const digits = 12

/** An approval as the person sees it who is to answer it: how it stands, what for, the plan, and the lines that answer. */
export function renderApproval(
  approval: Approval,
  { incident, view, options }: { incident: IncidentBrief; view: ChangeView; options: TextOptions },
): string {
  const page = createPage(options)
  page.lines.push(
    `${page.paint(tones[approval.status], approval.status.toUpperCase())}  ${nameOfPlan(approval.action)}`,
  )
  for (const line of standing(approval, view.now)) page.put(printable(line))
  page.heading('Incident')
  putIncident(page, approval, incident)
  page.heading('Plan')
  putPlan(page, approval.action)
  page.heading('Record')
  page.put(printable(`approval ${approval.id}, run ${approval.run_id}`), '  ', 'dim')
  page.lines.push(`  plan hash ${printable(approval.plan_hash)}`)
  putNext(page, approval, view)
  return `${page.lines.join('\n')}\n`
}

function standing(approval: Approval, now: number): string[] {
  const { status, asked_at, expires_at, decided_at, decided_by, status_reason, comment, execution_id } = approval
  const left = `${spanWords(Date.parse(expires_at) - now)} (until ${expires_at})`
  const said = decided_by === undefined ? '' : ` by ${decided_by}${decided_at === undefined ? '' : ` at ${decided_at}`}`
  const words: Record<Approval['status'], string> = {
    pending: `Can be answered for ${left}.`,
    approved:
      execution_id === undefined
        ? `Approved${said}; can be used for ${left}.`
        : `Approved${said}; used for ${execution_id}.`,
    rejected: `Rejected${said}.`,
    expired: `Expired; it held until ${expires_at}.`,
    withdrawn: 'Withdrawn: it can neither be answered nor used.',
  }
  return [
    `Asked ${spanWords(now - Date.parse(asked_at))} ago. ${words[status]}`,
    ...(status_reason === undefined ? [] : [`Why: ${status_reason}`]),
    ...(comment === undefined ? [] : [`Comment: ${comment}`]),
  ]
}

function putIncident(page: Page, { incident_id, namespace, service }: Approval, incident: IncidentBrief): void {
  const where = namespace === undefined ? '' : `, namespace ${namespace}`
  page.put(printable(`${incident_id}: service ${service}${where}`), '  ')
  if ('why' in incident) page.put(printable(`could not be read: ${incident.why}`), '  ', 'yellow')
  else page.put(printable(`${incident.status}: ${incident.summary ?? 'no decision yet'}`), '  ')
}

function putNext(page: Page, approval: Approval, { commandLine }: ChangeView): void {
  const { id, status, incident_id, action, plan_hash, execution_id } = approval
  const hash = ['--plan-hash', plan_hash.slice(0, digits)]
  const put = (words: string[]): void => void page.lines.push(`  ${commandLine(words)}`)
  const reject = ['approvals', 'reject', id, ...hash, '--comment', '']
  if (execution_id !== undefined) {
    page.heading('What came of it')
    put(['executions', 'show', execution_id])
  } else if (status === 'pending') {
    page.heading('To answer this plan, and no other')
    put(['approvals', 'approve', id, ...hash])
    put(reject)
  } else if (status === 'approved') {
    page.heading('To say that you carry it out by hand, or to take the approval back')
    put(['executions', 'begin', incident_id, '--action', action.id, ...hash])
    put(reject)
  }
}
