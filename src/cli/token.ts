import { createHash, randomBytes } from 'node:crypto'
import { Role } from '#src/domain/role.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import { parseOptions } from './parse-options.ts'
import { UsageError } from './usage-error.ts'

export const tokenHelp = `sre-agent token create --name NAME --role ROLE

Makes a token for a caller and prints it, once, with the lines for configs/access.yaml, which hold its hash alone.

  --name NAME   what the audit log shows: 1 to 64 letters, digits, ".", "_", "@", "/" or "-"
  --role ROLE   ${Role.options.join(', ')}

Exit codes: 0 made; 2 the command line is wrong.
`

/** 256 random bits: nothing that could be guessed, which is why a plain hash of it is enough. */
const tokenBytes = 32

/** `sre-agent token create` */
export async function tokenCommand(argv: string[], ports: CliPorts): Promise<number> {
  const given = parseOptions(argv, { name: { type: 'string' }, role: { type: 'string' } })
  if (given.words.join(' ') !== 'create') throw new UsageError('token takes one word: create')
  const name = given.text('name') ?? ''
  if (!/^[A-Za-z0-9][A-Za-z0-9._@/-]{0,63}$/.test(name))
    throw new UsageError(`--name is "${name}"; allowed: 1 to 64 letters, digits, ".", "_", "@", "/" or "-"`)
  const role = Role.options.find((candidate) => candidate === given.text('role'))
  if (!role) throw new UsageError(`--role is "${given.text('role') ?? ''}"; allowed: ${Role.options.join(', ')}`)
  const token = `sre_${randomBytes(tokenBytes).toString('base64url')}`
  const sha256 = createHash('sha256').update(token).digest('hex')
  ports.stderr.write('The token, shown this once:\n')
  ports.stdout.write(`${token}\n`)
  ports.stderr.write(
    `\nFor configs/access.yaml, below "tokens:":\n  - name: ${name}\n    role: ${role}\n    sha256: ${sha256}\n`,
  )
  return exitCodes.ok
}
