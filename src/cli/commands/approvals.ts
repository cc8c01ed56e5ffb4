import type { Command } from 'commander'
import { type CliPorts, type DefineCommand, exitCodes, type RunWork } from '#src/cli/cli-ports.ts'
import {
  addHelpEnd,
  flags,
  idArgument,
  idOption,
  jsonOption,
  limitOption,
  noteOption,
  planHashOption,
  requirePlanHash,
  runningServiceOption,
  someOption,
  UsageError,
} from '#src/cli/options.ts'
import { printList, readIncident, refusePlan } from '#src/cli/plan-commands.ts'
import { CommandFailure, type ServiceClient, withService } from '#src/cli/service-client.ts'
import { textOptionsOf } from '#src/cli/terminal.ts'
import { Approval, ApprovalStatus } from '#src/domain/approval.ts'
import { type IncidentBrief, renderApproval, renderApprovalList } from '#src/reporting/render-approval.ts'
import { printable } from '#src/reporting/printable.ts'
import { nameOfPlan } from '#src/reporting/render-plan.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { spanWords } from '#src/reporting/span-words.ts'

interface ListOptions {
  status: string[]
  namespace?: string
  incident?: string
  limit: number
  json?: true
  to?: string
}

interface AnswerOptions {
  planHash?: string
  comment?: string
  to?: string
}

const roles = 'SRE_AGENT_TOKEN is the token, where the service needs one (role reader to read, approver to answer).'

/** `sre-agent approvals`: shows the changes that need a person's approval, and answers them. */
export const define: DefineCommand = (command, run) => {
  command.description(
    `Shows the changes that wait for an approval, and approves or rejects them. An approval is for one plan only, can be used once, and expires. It changes nothing in the cluster: the person who then carries out the plan by hand first runs sre-agent executions begin. ${roles}`,
  )
  for (const documented of [
    command,
    defineList(command, run),
    defineShow(command, run),
    ...defineAnswers(command, run),
  ])
    addHelpEnd(documented, {
      examples: [
        'sre-agent approvals list',
        'sre-agent approvals show apr_7f2c',
        'sre-agent approvals approve apr_7f2c --plan-hash 0123456789ab',
        "sre-agent approvals reject apr_7f2c --plan-hash 0123456789ab --comment 'not during business hours'",
      ],
      exits: [
        '0    shown, approved or rejected',
        '1    the service refused, or the approval is for another plan',
        '2    the command line is wrong',
        '3    the service did not answer, or failed',
        '130  interrupted',
      ],
    })
}

function defineList(command: Command, run: RunWork): Command {
  return command
    .command('list')
    .description('Lists approvals, the newest first.')
    .addOption(someOption('--status <a,b>', 'approvals with one of these', ApprovalStatus.options).default(['pending']))
    .option(flags.namespace, 'only this namespace')
    .addOption(idOption('--incident <id>', 'only this incident'))
    .addOption(limitOption(200))
    .addOption(jsonOption())
    .addOption(runningServiceOption())
    .action((options: ListOptions) =>
      run((ports) => withService(options.to, ports, (service) => list(options, service, ports))),
    )
}

function defineShow(command: Command, run: RunWork): Command {
  return command
    .command('show')
    .description('Shows the whole plan, and the command lines that approve and reject it.')
    .addArgument(idArgument('<approval-id>', 'id of the approval'))
    .addOption(jsonOption())
    .addOption(runningServiceOption())
    .action((id: string, options: { json?: true; to?: string }) =>
      run((ports) => withService(options.to, ports, (service) => show(id, options.json === true, service, ports))),
    )
}

function defineAnswers(command: Command, run: RunWork): Command[] {
  const about = {
    approve: 'Approves the plan.',
    reject: 'Rejects the plan. It also withdraws an approval that is not used yet.',
  }
  return (['approve', 'reject'] as const).map((verb) =>
    command
      .command(verb)
      .description(about[verb])
      .addArgument(idArgument('<approval-id>', 'id of the approval'))
      .addOption(planHashOption())
      .addOption(noteOption('--comment <text>', `for the record${verb === 'reject' ? ', required' : ''}`))
      .addOption(runningServiceOption())
      .action((id: string, options: AnswerOptions) =>
        run((ports) => {
          const hashStart = requirePlanHash(options.planHash, `See: sre-agent approvals show ${id}`)
          if (verb === 'reject' && options.comment === undefined)
            throw new UsageError('--comment is missing: readers of the history need the reason for the rejection')
          const answering = { verb, id, hashStart, comment: options.comment }
          return withService(options.to, ports, (service) => answer(answering, service, ports))
        }),
      ),
  )
}

function list(options: ListOptions, service: ServiceClient, ports: CliPorts): Promise<number> {
  const { status, namespace, incident: incident_id, limit, json } = options
  const place = namespace ?? incident_id
  return printList(service, ports, {
    name: 'approvals',
    item: Approval,
    filters: { status: status.join(','), namespace, incident_id },
    limit,
    isJson: json === true,
    none: printable(`No approval is ${status.join(' or ')}${place === undefined ? '' : ` in ${place}`}.`),
    render: (items, textOptions) => renderApprovalList(items, Date.now(), textOptions),
  })
}

const pathOf = (id: string): string => `/api/approvals/${encodeURIComponent(id)}`

async function show(id: string, isJson: boolean, service: ServiceClient, ports: CliPorts): Promise<number> {
  const { value, body } = await service.get({ path: pathOf(id), id, answer: Approval })
  if (isJson) ports.stdout.write(renderJson(body))
  else {
    const view = { now: Date.now(), commandLine: service.commandLine }
    const incident = await briefOf(service, value.incident_id, ports.signal)
    ports.stdout.write(renderApproval(value, { incident, view, options: textOptionsOf(ports) }))
  }
  return exitCodes.ok
}

/** The plan can be read without the incident, so that one which cannot be read ends nothing. */
async function briefOf(service: ServiceClient, id: string, signal: AbortSignal): Promise<IncidentBrief> {
  try {
    return await readIncident(service, id)
  } catch (error) {
    if (signal.aborted || !(error instanceof CommandFailure)) throw error
    return { why: error.message }
  }
}

interface Answering {
  verb: 'approve' | 'reject'
  id: string
  hashStart: string
  comment: string | undefined
}

async function answer(
  { verb, id, hashStart, comment }: Answering,
  service: ServiceClient,
  ports: CliPorts,
): Promise<number> {
  const { value: asked } = await service.get({ path: pathOf(id), id, answer: Approval })
  const { plan_hash, action: plan } = asked
  if (!plan_hash.startsWith(hashStart))
    return refusePlan({ subject: `approval ${id}`, given: hashStart, plan, hash: plan_hash }, ports)
  const { value: answered } = await service.post({
    path: `${pathOf(id)}/${verb}`,
    id,
    body: { plan_hash, comment },
    answer: Approval,
    lost: 'It is unknown whether the service accepted the answer; it is safe to run the same command again',
  })
  ports.stdout.write(verb === 'approve' ? approved(answered, service) : rejected(answered))
  return exitCodes.ok
}

function approved(approval: Approval, { commandLine }: ServiceClient): string {
  const { incident_id, action, plan_hash, expires_at, decided_by = 'you' } = approval
  const left = spanWords(Date.parse(expires_at) - Date.now())
  const begin = ['executions', 'begin', incident_id, '--action', action.id, '--plan-hash', plan_hash.slice(0, 12)]
  return [
    printable(`Approved by ${decided_by} for ${left} (until ${expires_at}): ${nameOfPlan(action)}`),
    'The approval itself changes nothing. Before you carry out the plan by hand, run:',
    `  ${commandLine(begin)}`,
    '',
  ].join('\n')
}

function rejected({ action, decided_by = 'you' }: Approval): string {
  return `${printable(`Rejected by ${decided_by}: ${nameOfPlan(action)}`)}\n`
}
