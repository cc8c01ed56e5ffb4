import { type AuditReader, type CliPorts, type DefineCommand, exitCodes } from '#src/cli/cli-ports.ts'
import { cleanEnvironment } from '#src/cli/find-service.ts'
import { addHelpEnd, limitOption } from '#src/cli/options.ts'
import { printable } from '#src/reporting/printable.ts'
import { renderJson } from '#src/reporting/render-json.ts'

interface ListOptions {
  actor?: string
  action?: string
  limit: number
  json?: true
}

/** `sre-agent audit`: the log of every change that a caller made. */
export const define: DefineCommand = (command, run) => {
  command.description('Reads the audit log of the configured store: who did what. Hashes chain its entries.')
  const verify = command
    .command('verify')
    .description(
      'Checks the chain and names the first entry that is missing, was changed, or does not follow from the one before it. It also prints the hash of the last entry: keep it elsewhere to find out later whether entries were cut off at the end.',
    )
    .action(() => run((ports) => withAudit(ports, (audit) => verifyChain(audit, ports))))
  const list = command
    .command('list')
    .description('Prints entries, the newest last.')
    .option('--actor <name>', 'only entries of this caller')
    .option('--action <name>', 'only this action, for example incident.close')
    .addOption(limitOption(10_000))
    .option('--json', 'print one JSON object a line')
    .action((options: ListOptions) => run((ports) => withAudit(ports, (audit) => listEntries(audit, options, ports))))
  for (const documented of [command, verify, list])
    addHelpEnd(documented, {
      examples: ['sre-agent audit verify', 'sre-agent audit list --actor ada --limit 10'],
      exits: [
        '0  the chain is intact, or the list is printed',
        '1  the chain is broken',
        '2  the command line is wrong',
        '3  the store cannot be read',
      ],
    })
}

async function withAudit(ports: CliPorts, work: (audit: AuditReader) => Promise<number>): Promise<number> {
  await using cleanup = new AsyncDisposableStack()
  const audit = cleanup.adopt(await ports.openAudit(cleanEnvironment(ports.env)), (opened) => opened.close())
  return await work(audit)
}

async function listEntries(audit: AuditReader, options: ListOptions, { stdout }: CliPorts): Promise<number> {
  const { limit, json } = options
  const entries = await audit.list({ limit, actor: options.actor, action: options.action })
  for (const entry of entries.toReversed()) {
    const { seq, at, actor, role, action, target, detail } = entry
    const line = `${seq}  ${at}  ${actor} (${role})  ${action}  ${target}  ${JSON.stringify(detail)}`
    stdout.write(json ? renderJson(entry, 0) : `${printable(line)}\n`)
  }
  return exitCodes.ok
}

async function verifyChain(audit: AuditReader, { stdout }: CliPorts): Promise<number> {
  const { intact, entries, last_hash, first_break } = await audit.verify()
  if (intact) {
    const last = last_hash ? ` The hash of the last entry is ${last_hash}.` : ''
    stdout.write(`The audit log is intact: ${entries} entries.${last}\n`)
    return exitCodes.ok
  }
  stdout.write(`The audit log is broken at entry ${first_break?.seq}: ${printable(first_break?.why ?? '')}.\n`)
  stdout.write(`The ${entries} entries before it are intact.\n`)
  return exitCodes.below
}
