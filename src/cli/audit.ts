import { printable } from '#src/reporting/printable.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { type AuditReader, type CliPorts, exitCodes } from './cli-ports.ts'
import { cleanEnvironment } from './clean-environment.ts'
import { wholeBetween } from './option-values.ts'
import { parseOptions } from './parse-options.ts'
import { UsageError } from './usage-error.ts'

const options = {
  actor: { type: 'string' },
  action: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
} as const

export const auditHelp = `sre-agent audit verify
sre-agent audit list [--actor NAME] [--action NAME] [--limit N] [--json]

Reads the audit log of the configured store: who did what, chained by hashes.

verify walks the chain and names the first entry that is missing, was changed or does not follow from the one before it. It also
prints the hash of the last entry: noted down elsewhere, it shows later whether entries were cut off at the end.

  --actor NAME    only what this caller did
  --action NAME   only this action, for example incident.close
  --limit N       how many, the newest, 1 to 10000 (default 50)
  --json          one JSON object a line

Exit codes: 0 the chain is intact, or the list is printed; 1 the chain is broken; 2 the command line is wrong; 3 the store cannot be read.
`

/** `sre-agent audit`: the log of what was done. */
export async function auditCommand(argv: string[], ports: CliPorts): Promise<number> {
  const given = parseOptions(argv, options)
  const [verb, ...others] = given.words
  if ((verb !== 'verify' && verb !== 'list') || others.length > 0)
    throw new UsageError(`audit takes one word, verify or list: ${given.words.join(' ') || 'there is none'}`)
  const limit = wholeBetween('--limit', given.text('limit'), 1, 10_000) ?? 50
  await using cleanup = new AsyncDisposableStack()
  const audit = cleanup.adopt(await ports.openAudit(cleanEnvironment(ports.env)), (opened) => opened.close())
  if (verb === 'verify') return await verify(audit, ports)
  const entries = await audit.list({ limit, actor: given.text('actor'), action: given.text('action') })
  for (const entry of entries.toReversed()) {
    const { seq, at, actor, role, action, target, detail } = entry
    const line = `${seq}  ${at}  ${actor} (${role})  ${action}  ${target}  ${JSON.stringify(detail)}`
    ports.stdout.write(given.flag('json') ? renderJson(entry, 0) : `${printable(line)}\n`)
  }
  return exitCodes.ok
}

async function verify(audit: AuditReader, { stdout }: CliPorts): Promise<number> {
  const { intact, entries, last_hash, first_break } = await audit.verify()
  if (intact) {
    stdout.write(
      `The audit log is intact: ${entries} entries${last_hash ? `, the last with hash ${last_hash}` : ''}.\n`,
    )
    return exitCodes.ok
  }
  stdout.write(`The audit log is broken at entry ${first_break?.seq}: ${printable(first_break?.why ?? '')}.\n`)
  stdout.write(`${entries} entries before it are intact.\n`)
  return exitCodes.below
}
