import { Approval, ApprovalStatus } from '#src/domain/approval.ts'
import type { IncidentBrief } from '#src/reporting/change-view.ts'
import { printable } from '#src/reporting/printable.ts'
import { nameOfPlan } from '#src/reporting/put-plan.ts'
import { renderApproval } from '#src/reporting/render-approval.ts'
import { renderApprovalList } from '#src/reporting/render-approval-list.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { spanWords } from '#src/reporting/span-words.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import { idWord, personsWords, planHashStart, someOf, wholeBetween } from './option-values.ts'
import type { ParsedOptions } from './parse-options.ts'
import { printList } from './print-list.ts'
import { readIncident } from './read-incident.ts'
import { refusePlan } from './refuse-plan.ts'
import { runVerb, type Verb, type Work } from './run-verb.ts'
import { textOptionsOf } from './text-options.ts'
import { UsageError } from './usage-error.ts'
import { EarlyEnd, type ServiceTalk } from './with-service.ts'

export const approvalsHelp = `sre-agent approvals list [--status a,b] [-n NAMESPACE] [--incident ID] [--limit N] [--json]
sre-agent approvals show ID [--json]
sre-agent approvals approve ID --plan-hash HASH [--comment TEXT]
sre-agent approvals reject ID --plan-hash HASH --comment TEXT

Shows the changes that wait for a person's leave, and answers them. An approval is for one plan alone, holds once and not for ever.
It changes nothing in the cluster: whoever carries the plan out by hand says so with sre-agent executions begin.

list shows those that are pending, the newest first. show prints the whole plan, and the lines that approve and reject it.
reject also takes back what was approved and is not used yet.

  --plan-hash HASH       of the plan that you have read, as show prints it: at least its first 12 digits. About any other plan
                         nothing is sent
  --comment TEXT         for the record, 1 to 1000 characters; a rejection needs one
  --status a,b           ${ApprovalStatus.options.join(', ')} (default pending)
  -n, --namespace NAME   only this namespace
  --incident ID          only this incident
  --limit N              how many, 1 to 200 (default 50)
  --json                 as the service says it; of a list one JSON object a line
  --to URL               the service (default http://127.0.0.1 at the port of PORT, 8000 where that is not set)

SRE_AGENT_TOKEN is the token, where the service asks for one (role reader to look, approver to answer).

Exit codes: 0 shown, or answered as asked; 1 the service refuses, or it is about another plan; 2 the command line is wrong;
3 the service was not reached, or failed; 130 interrupted.
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const answering = { 'plan-hash': text, comment: text } as const
const listing = { status: text, namespace: { ...text, short: 'n' }, incident: text, limit: text, json: flag } as const

const verbs: Record<string, Verb> = {
  list: { options: listing, prepare: list },
  show: { options: { json: flag }, id: 'id of an approval', prepare: show },
  approve: { options: answering, id: 'id of an approval', prepare: answer('approve') },
  reject: { options: answering, id: 'id of an approval', prepare: answer('reject') },
}

/** `sre-agent approvals`: a person's leave for a plan. */
export function approvalsCommand(argv: string[], ports: CliPorts): Promise<number> {
  return runVerb('approvals', verbs, { argv, ports })
}

function list(given: ParsedOptions): Work {
  const status = someOf('--status', given.text('status'), ApprovalStatus.options) ?? ['pending']
  const limit = wholeBetween('--limit', given.text('limit'), 1, 200) ?? 50
  const [namespace, incident] = [given.text('namespace'), given.text('incident')]
  const incident_id = incident === undefined ? undefined : idWord('--incident', incident)
  const narrowed = namespace ?? incident_id
  return (service, ports) =>
    printList(service, ports, {
      name: 'approvals',
      item: Approval,
      filters: { status: status.join(','), namespace, incident_id },
      limit,
      isJson: given.flag('json'),
      none: printable(`No approval is ${status.join(' or ')}${narrowed === undefined ? '' : ` in ${narrowed}`}.`),
      render: (items, options) => renderApprovalList(items, Date.now(), options),
    })
}

const pathOf = (id: string): string => `/api/approvals/${encodeURIComponent(id)}`

function show(given: ParsedOptions, id: string): Work {
  return async (service, ports) => {
    const { value, body } = await service.get({ path: pathOf(id), id, answer: Approval })
    if (given.flag('json')) ports.stdout.write(renderJson(body))
    else {
      const view = { now: Date.now(), commandLine: service.commandLine }
      const incident = await briefOf(service, value.incident_id, ports.signal)
      ports.stdout.write(renderApproval(value, { incident, view, options: textOptionsOf(ports) }))
    }
    return exitCodes.ok
  }
}

/** The plan can be read without it, so that it is no reason to end. */
async function briefOf(service: ServiceTalk, id: string, signal: AbortSignal): Promise<IncidentBrief> {
  try {
    return await readIncident(service, id)
  } catch (error) {
    if (signal.aborted || !(error instanceof EarlyEnd)) throw error
    return { why: error.message }
  }
}

function answer(verb: 'approve' | 'reject') {
  return (given: ParsedOptions, id: string): Work => {
    const where = `See: sre-agent approvals show ${id}`
    const start = planHashStart(given.text('plan-hash'), where)
    const comment = personsWords('--comment', given.text('comment'))
    if (verb === 'reject' && comment === undefined)
      throw new UsageError('--comment is missing: who reads the history wants to know why it was rejected')
    return async (service, ports) => {
      const { value: asked } = await service.get({ path: pathOf(id), id, answer: Approval })
      const { plan_hash, action: plan } = asked
      if (!plan_hash.startsWith(start))
        return refusePlan({ what: `approval ${id}`, given: start, plan, hash: plan_hash }, ports)
      const { value: answered } = await service.post({
        path: `${pathOf(id)}/${verb}`,
        id,
        body: { plan_hash, comment },
        answer: Approval,
        lost: 'Whether it was taken is not known; the same command once more does no harm',
      })
      ports.stdout.write(verb === 'approve' ? approved(answered, service) : rejected(answered))
      return exitCodes.ok
    }
  }
}

function approved(approval: Approval, { commandLine }: ServiceTalk): string {
  const { incident_id, action, plan_hash, expires_at, decided_by = 'you' } = approval
  const left = spanWords(Date.parse(expires_at) - Date.now())
  const begin = ['executions', 'begin', incident_id, '--action', action.id, '--plan-hash', plan_hash.slice(0, 12)]
  return [
    printable(`Approved by ${decided_by} for ${left} (until ${expires_at}): ${nameOfPlan(action)}`),
    'Nothing is changed by it. Who carries it out by hand says so first:',
    `  ${commandLine(begin)}`,
    '',
  ].join('\n')
}

function rejected({ action, decided_by = 'you' }: Approval): string {
  return `${printable(`Rejected by ${decided_by}: ${nameOfPlan(action)}`)}\n`
}
