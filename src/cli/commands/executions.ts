import { type Command, Option } from 'commander'
import { z } from 'zod'
import { type CliPorts, type DefineCommand, exitCodes, type RunWork } from '#src/cli/cli-ports.ts'
import {
  addHelpEnd,
  idArgument,
  idOption,
  jsonOption,
  limitOption,
  noteOption,
  planHashOption,
  requirePlanHash,
  runningServiceOption,
  someOption,
} from '#src/cli/options.ts'
import { printList, readIncident, refusePlan } from '#src/cli/plan-commands.ts'
import { CommandFailure, type ServiceClient, withService } from '#src/cli/service-client.ts'
import { textOptionsOf } from '#src/cli/terminal.ts'
import { Execution, ExecutionStatus } from '#src/domain/execution.ts'
import { printable } from '#src/reporting/printable.ts'
import { nameOfPlan } from '#src/reporting/render-plan.ts'
import { renderExecution, renderExecutionList } from '#src/reporting/render-execution.ts'
import { renderJson } from '#src/reporting/render-json.ts'

interface ListOptions {
  status?: string[]
  incident?: string
  limit: number
  json?: true
  to?: string
}

interface BeginOptions {
  action: string
  planHash?: string
  to?: string
}

interface EndOptions {
  status: string
  note?: string
  to?: string
}

const roles =
  'SRE_AGENT_TOKEN is the token, where the service needs one (role reader to read, operator to begin and end).'

/** `sre-agent executions`: records the changes that people carry out by hand. */
export const define: DefineCommand = (command, run) => {
  command.description(
    `Records that a person carries out a recommended action by hand, and how it ended. The command itself changes nothing in the cluster. Between begin and end nobody else can begin on the same target. After an execution that ended as done, a new run checks the outcome, and show prints the result. ${roles}`,
  )
  for (const documented of [
    command,
    defineList(command, run),
    defineShow(command, run),
    defineBegin(command, run),
    defineEnd(command, run),
  ])
    addHelpEnd(documented, {
      examples: [
        'sre-agent executions begin inc_01a2 --action act_1 --plan-hash 0123456789ab',
        "sre-agent executions end exe_3c4d --status done --note 'rolled back to revision 3'",
        'sre-agent executions show exe_3c4d',
        'sre-agent executions list --status running',
      ],
      exits: [
        '0    shown, started or ended',
        '1    the service refused, or the recommended plan is another one',
        '2    the command line is wrong',
        '3    the service did not answer, or failed',
        '130  interrupted',
      ],
    })
}

function defineList(command: Command, run: RunWork): Command {
  return command
    .command('list')
    .description('Lists executions, the newest first.')
    .addOption(someOption('--status <a,b>', 'executions with one of these (default: all)', ExecutionStatus.options))
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
    .description('Shows an execution, its plan, and its outcome.')
    .addArgument(idArgument('<execution-id>', 'id of the execution'))
    .addOption(jsonOption())
    .addOption(runningServiceOption())
    .action((id: string, options: { json?: true; to?: string }) =>
      run((ports) => withService(options.to, ports, (service) => show(id, options.json === true, service, ports))),
    )
}

function defineBegin(command: Command, run: RunWork): Command {
  return command
    .command('begin')
    .description('Records that you start to carry out a recommended action of an incident.')
    .addArgument(idArgument('<incident-id>', 'id of the incident'))
    .addOption(
      idOption(
        '--action <id>',
        "the recommended action in the incident's last decision, such as act_1",
      ).makeOptionMandatory(),
    )
    .addOption(planHashOption())
    .addOption(runningServiceOption())
    .action((id: string, { action, planHash, to }: BeginOptions) =>
      run((ports) => {
        const hashStart = requirePlanHash(planHash, `See: sre-agent approvals list --incident ${id}`)
        const beginning = { incident_id: id, action_id: action, hashStart }
        return withService(to, ports, (service) => begin(beginning, service, ports))
      }),
    )
}

function defineEnd(command: Command, run: RunWork): Command {
  const status = new Option(
    '--status <status>',
    'done: carried out; failed: not or not wholly carried out; abandoned: given up before anything was changed',
  )
  return command
    .command('end')
    .description('Records how an execution ended.')
    .addArgument(idArgument('<execution-id>', 'id of the execution'))
    .addOption(status.choices(['done', 'failed', 'abandoned']).makeOptionMandatory())
    .addOption(noteOption('--note <text>', 'for the record'))
    .addOption(runningServiceOption())
    .action((id: string, options: EndOptions) =>
      run((ports) => withService(options.to, ports, (service) => end(id, options, service, ports))),
    )
}

function list(options: ListOptions, service: ServiceClient, ports: CliPorts): Promise<number> {
  const { status, incident: incident_id, limit, json } = options
  const found = status === undefined ? 'There is no execution' : `No execution is ${status.join(' or ')}`
  return printList(service, ports, {
    name: 'executions',
    item: Execution,
    filters: { status: status?.join(','), incident_id },
    limit,
    isJson: json === true,
    none: printable(`${found}${incident_id === undefined ? '' : ` in ${incident_id}`}.`),
    render: (items, textOptions) => renderExecutionList(items, Date.now(), textOptions),
  })
}

const pathOf = (id: string): string => `/api/executions/${encodeURIComponent(id)}`

async function show(id: string, isJson: boolean, service: ServiceClient, ports: CliPorts): Promise<number> {
  const { value, body } = await service.get({ path: pathOf(id), id, answer: Execution })
  ports.stdout.write(isJson ? renderJson(body) : render(value, service, ports))
  return exitCodes.ok
}

function render(execution: Execution, { commandLine }: ServiceClient, ports: CliPorts): string {
  const view = { now: Date.now(), commandLine }
  return renderExecution(execution, { view, options: textOptionsOf(ports) })
}

interface Beginning {
  incident_id: string
  action_id: string
  hashStart: string
}

async function begin(
  { incident_id, action_id, hashStart }: Beginning,
  service: ServiceClient,
  ports: CliPorts,
): Promise<number> {
  const plan = await recommendedAction(service, incident_id, action_id)
  const { plan_hash } = plan
  if (plan_hash === undefined)
    throw new CommandFailure(
      `Refused: an earlier version made this decision, and it has no plan hash. Start a new run: POST ${service.url}/api/incidents/${incident_id}/rerun`,
      exitCodes.below,
    )
  if (!plan_hash.startsWith(hashStart))
    return refusePlan({ subject: `${action_id} of ${incident_id}`, given: hashStart, plan, hash: plan_hash }, ports)
  const { value } = await service.post({
    path: `/api/incidents/${encodeURIComponent(incident_id)}/executions`,
    id: incident_id,
    body: { action_id, plan_hash },
    answer: Execution,
    lost: `It is unknown whether the execution was started. See: ${service.commandLine(['executions', 'list', '--incident', incident_id])}`,
  })
  ports.stdout.write(render(value, service, ports))
  return exitCodes.ok
}

async function recommendedAction(service: ServiceClient, incident_id: string, action_id: string) {
  const { recommended_actions: actions } = await readIncident(service, incident_id)
  const found = actions.find((action) => action.id === action_id)
  if (found) return found
  const others = actions.map(({ id, kind, target }) => `${id} (${nameOfPlan({ kind, target })})`).join(', ')
  throw new CommandFailure(
    `Refused: the last decision of ${incident_id} recommends ${others === '' ? 'no action' : `no ${action_id}, but ${others}`}.`,
    exitCodes.below,
  )
}

const EndedExecution = Execution.extend({ follow_up_run: z.boolean() })

async function end(id: string, { status, note }: EndOptions, service: ServiceClient, ports: CliPorts): Promise<number> {
  const { value } = await service.post({
    path: `${pathOf(id)}/end`,
    id,
    body: { status, note },
    answer: EndedExecution,
    lost: 'It is unknown whether the service accepted the end; it is safe to run the same command again',
  })
  ports.stdout.write(printable(`${value.id} is ${value.status}: ${nameOfPlan(value.action)}`))
  ports.stdout.write(`\n${describeCheck(value, service)}\n`)
  return exitCodes.ok
}

/** Whether a run checks the outcome, and where to read the result. */
function describeCheck(
  { id, follow_up_run, status, observed_after, incident_id }: z.output<typeof EndedExecution>,
  service: ServiceClient,
): string {
  const line = service.commandLine(['executions', 'show', id])
  if (observed_after) return `A run has checked the outcome. Read it: ${line}`
  if (follow_up_run) return `A run checks the outcome now. Read it in a minute or so: ${line}`
  const why = status === 'done' ? 'Start one: ' : 'If something was changed all the same, start one: '
  return `No run checks the outcome. ${why}${printable(`POST ${service.url}/api/incidents/${incident_id}/rerun`)}`
}
