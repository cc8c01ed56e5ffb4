import { z } from 'zod'
import { Execution, ExecutionStatus } from '#src/domain/execution.ts'
import { printable } from '#src/reporting/printable.ts'
import { nameOfPlan } from '#src/reporting/put-plan.ts'
import { renderExecution } from '#src/reporting/render-execution.ts'
import { renderExecutionList } from '#src/reporting/render-execution-list.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import { idWord, oneOf, personsWords, planHashStart, someOf, wholeBetween } from './option-values.ts'
import type { ParsedOptions } from './parse-options.ts'
import { printList } from './print-list.ts'
import { readIncident } from './read-incident.ts'
import { refusePlan } from './refuse-plan.ts'
import { runVerb, type Verb, type Work } from './run-verb.ts'
import { textOptionsOf } from './text-options.ts'
import { UsageError } from './usage-error.ts'
import { EarlyEnd, type ServiceTalk } from './with-service.ts'

export const executionsHelp = `sre-agent executions list [--status a,b] [--incident ID] [--limit N] [--json]
sre-agent executions show ID [--json]
sre-agent executions begin INCIDENT_ID --action ID --plan-hash HASH
sre-agent executions end ID --status done|failed|abandoned [--note TEXT]

Says that a person carries a recommended action out by hand, and how it ended. Nothing is changed by this command. Between begin and
end nobody else may begin on the same target; after it was done, a run checks the outcome, and show says what it found.

  --action ID            of the recommended action in the incident's last decision, such as act_1
  --plan-hash HASH       of the plan that you have read: at least its first 12 digits. For any other plan nothing is sent
  --status               of end: done (carried out), failed (not, or not wholly), abandoned (given up before anything was changed)
  --note TEXT            for the record, 1 to 1000 characters
  --status a,b           of list: ${ExecutionStatus.options.join(', ')} (default all)
  --incident ID          only this incident
  --limit N              how many, 1 to 200, the newest (default 50)
  --json                 as the service says it; of a list one JSON object a line
  --to URL               the service (default http://127.0.0.1 at the port of PORT, 8000 where that is not set)

SRE_AGENT_TOKEN is the token, where the service asks for one (role reader to look, operator to begin and end).

Exit codes: 0 shown, begun or ended as asked; 1 the service refuses, or it is about another plan; 2 the command line is wrong;
3 the service was not reached, or failed; 130 interrupted.
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

const verbs: Record<string, Verb> = {
  list: { options: { status: text, incident: text, limit: text, json: flag }, prepare: list },
  show: { options: { json: flag }, id: 'id of an execution', prepare: show },
  begin: { options: { action: text, 'plan-hash': text }, id: 'id of an incident', prepare: begin },
  end: { options: { status: text, note: text }, id: 'id of an execution', prepare: end },
}

/** `sre-agent executions`: what people carry out by hand. */
export function executionsCommand(argv: string[], ports: CliPorts): Promise<number> {
  return runVerb('executions', verbs, { argv, ports })
}

function list(given: ParsedOptions): Work {
  const status = someOf('--status', given.text('status'), ExecutionStatus.options)
  const limit = wholeBetween('--limit', given.text('limit'), 1, 200) ?? 50
  const incident = given.text('incident')
  const incident_id = incident === undefined ? undefined : idWord('--incident', incident)
  const kind = status === undefined ? 'There is no execution' : `No execution is ${status.join(' or ')}`
  return (service, ports) =>
    printList(service, ports, {
      name: 'executions',
      item: Execution,
      filters: { status: status?.join(','), incident_id },
      limit,
      isJson: given.flag('json'),
      none: printable(`${kind}${incident_id === undefined ? '' : ` in ${incident_id}`}.`),
      render: (items, options) => renderExecutionList(items, Date.now(), options),
    })
}

const pathOf = (id: string): string => `/api/executions/${encodeURIComponent(id)}`

function show(given: ParsedOptions, id: string): Work {
  return async (service, ports) => {
    const { value, body } = await service.get({ path: pathOf(id), id, answer: Execution })
    ports.stdout.write(given.flag('json') ? renderJson(body) : page(value, service, ports))
    return exitCodes.ok
  }
}

function page(execution: Execution, { commandLine }: ServiceTalk, ports: CliPorts): string {
  const view = { now: Date.now(), commandLine }
  return renderExecution(execution, { view, options: textOptionsOf(ports) })
}

function begin(given: ParsedOptions, id: string): Work {
  const action_id = idWord('--action', given.text('action'))
  const start = planHashStart(given.text('plan-hash'), `See: sre-agent approvals list --incident ${id}`)
  return async (service, ports) => {
    const plan = await recommended(service, id, action_id)
    const { plan_hash } = plan
    if (plan_hash === undefined)
      throw new EarlyEnd(
        `Refused: the decision is of an earlier version and binds no plan. Have it looked at anew: POST ${service.url}/api/incidents/${id}/rerun`,
        exitCodes.below,
      )
    if (!plan_hash.startsWith(start))
      return refusePlan({ what: `${action_id} of ${id}`, given: start, plan, hash: plan_hash }, ports)
    const { value } = await service.post({
      path: `/api/incidents/${encodeURIComponent(id)}/executions`,
      id,
      body: { action_id, plan_hash },
      answer: Execution,
      lost: `Whether it was begun is not known. See: ${service.commandLine(['executions', 'list', '--incident', id])}`,
    })
    ports.stdout.write(page(value, service, ports))
    return exitCodes.ok
  }
}

async function recommended(service: ServiceTalk, incident_id: string, action_id: string) {
  const { recommended_actions: actions } = await readIncident(service, incident_id)
  const found = actions.find((action) => action.id === action_id)
  if (found) return found
  const there = actions.map(({ id, kind, target }) => `${id} (${nameOfPlan({ kind, target })})`).join(', ')
  throw new EarlyEnd(
    `Refused: the last decision of ${incident_id} recommends ${there === '' ? 'nothing' : `no ${action_id}; there is ${there}`}.`,
    exitCodes.below,
  )
}

const Ended = Execution.extend({ follow_up_run: z.boolean() })

function end(given: ParsedOptions, id: string): Work {
  const told = given.text('status')
  if (told === undefined) throw new UsageError('--status is missing; allowed: done, failed, abandoned')
  const status = oneOf('--status', told, ['done', 'failed', 'abandoned'])
  const note = personsWords('--note', given.text('note'))
  return async (service, ports) => {
    const { value } = await service.post({
      path: `${pathOf(id)}/end`,
      id,
      body: { status, note },
      answer: Ended,
      lost: 'Whether it was taken is not known; the same command once more does no harm',
    })
    ports.stdout.write(printable(`${value.id} is ${value.status}: ${nameOfPlan(value.action)}`))
    ports.stdout.write(`\n${whatFollows(value, service)}\n`)
    return exitCodes.ok
  }
}

function whatFollows(
  { id, follow_up_run, status, observed_after, incident_id }: z.output<typeof Ended>,
  service: ServiceTalk,
): string {
  const line = service.commandLine(['executions', 'show', id])
  if (observed_after) return `A run has checked the outcome: ${line}`
  if (follow_up_run) return `A run will check the outcome. See in a while: ${line}`
  const why = status === 'done' ? '' : 'Where something was changed nevertheless, request a run: '
  const rerun = printable(`POST ${service.url}/api/incidents/${incident_id}/rerun`)
  return `No run will check the outcome. ${why}${rerun}`
}
