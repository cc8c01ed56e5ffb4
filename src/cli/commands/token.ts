import { createHash, randomBytes } from 'node:crypto'
import { InvalidArgumentError, Option } from 'commander'
import { type CliPorts, type DefineCommand, exitCodes } from '#src/cli/cli-ports.ts'
import { addHelpEnd } from '#src/cli/options.ts'
import { Role } from '#src/domain/role.ts'

interface TokenOptions {
  name: string
  role: Role
}

/** 256 random bits cannot be guessed, which is why a plain hash of them is enough. */
const tokenBytes = 32

/** `sre-agent token create`: a token for a caller. */
export const define: DefineCommand = (command, run) => {
  command.description('Makes a token for a caller.')
  const create = command
    .command('create')
    .description(
      'Makes a token and prints it once, with the lines for configs/access.yaml, which contain only its hash.',
    )
    .addOption(
      new Option(
        '--name <name>',
        'the caller as the audit log names it: 1 to 64 letters, digits, ".", "_", "@", "/", "-"',
      )
        .argParser(parseName)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--role <role>', 'what the caller may do').choices(Role.options).makeOptionMandatory())
    .action((options: TokenOptions) => run((ports) => createToken(options, ports)))
  for (const documented of [command, create])
    addHelpEnd(documented, {
      examples: ['sre-agent token create --name alertmanager --role forwarder'],
      exits: ['0  the token is printed', '2  the command line is wrong'],
    })
}

function parseName(value: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._@/-]{0,63}$/.test(value)) return value
  throw new InvalidArgumentError('Allowed: 1 to 64 letters, digits, ".", "_", "@", "/" or "-".')
}

function createToken({ name, role }: TokenOptions, { stdout, stderr }: CliPorts): Promise<number> {
  const token = `sre_${randomBytes(tokenBytes).toString('base64url')}`
  const sha256 = createHash('sha256').update(token).digest('hex')
  stderr.write('The token. It is not shown again:\n')
  stdout.write(`${token}\n`)
  stderr.write(
    `\nFor configs/access.yaml, below "tokens:":\n  - name: ${name}\n    role: ${role}\n    sha256: ${sha256}\n`,
  )
  return Promise.resolve(exitCodes.ok)
}
