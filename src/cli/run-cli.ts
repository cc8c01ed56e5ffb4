import { CodedError } from '#src/domain/coded-error.ts'
import { printable } from '#src/reporting/printable.ts'
import { approvalsCommand, approvalsHelp } from './approvals.ts'
import { auditCommand, auditHelp } from './audit.ts'
import { describeFailure } from './call-service.ts'
import { type CliPorts, type Command, exitCodes } from './cli-ports.ts'
import { decideCommand, decideHelp } from './decide.ts'
import { evalCommand, evalHelp } from './eval.ts'
import { executionsCommand, executionsHelp } from './executions.ts'
import { practiceCommand, practiceHelp } from './practice.ts'
import { serveCommand, serveHelp } from './serve.ts'
import { tokenCommand, tokenHelp } from './token.ts'
import { UsageError } from './usage-error.ts'
import { watchCommand, watchHelp } from './watch.ts'
import { workerCommand, workerHelp } from './worker.ts'

/*
 * The command line: one command a file. A command answers with an exit code, and throws a UsageError for what it cannot read;
 * everything that it prints of a cluster's or a service's words goes through `reporting`, which makes it printable.
 */

interface CommandEntry {
  run: Command
  help: string
  about: string
}

const commands = new Map<string, CommandEntry>([
  ['serve', { run: serveCommand, help: serveHelp, about: 'run the service' }],
  ['worker', { run: workerCommand, help: workerHelp, about: 'run investigations without the server' }],
  [
    'decide',
    { run: decideCommand, help: decideHelp, about: 'ask what is wrong with an object, in a namespace or in all' },
  ],
  [
    'approvals',
    {
      run: approvalsCommand,
      help: approvalsHelp,
      about: "list, show, approve or reject changes that need a person's leave",
    },
  ],
  [
    'executions',
    { run: executionsCommand, help: executionsHelp, about: 'say what you carry out by hand, and see what came of it' },
  ],
  ['watch', { run: watchCommand, help: watchHelp, about: "forward the cluster's Warning events to a service" }],
  ['token', { run: tokenCommand, help: tokenHelp, about: 'make a token for a caller' }],
  ['audit', { run: auditCommand, help: auditHelp, about: 'list or verify the log of what was done' }],
  ['eval', { run: (argv, ports) => evalCommand(argv, ports), help: evalHelp, about: 'score it on recorded incidents' }],
  [
    'practice',
    { run: (argv, ports) => practiceCommand(argv, ports), help: practiceHelp, about: 'run the practice cluster alone' },
  ],
])

const overview = `sre-agent COMMAND [options]

${[...commands].map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`).join('\n')}

  sre-agent COMMAND --help   what a command takes and its exit codes
  sre-agent --version        the version
`

function isHelp(word: string | undefined): boolean {
  return word === '--help' || word === '-h' || word === 'help'
}

/** Line breaks are ours; what stands in the lines need not be. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

function refuse(reason: string, hint: string, ports: CliPorts): number {
  ports.stderr.write(`${printableLines(reason)}\n${hint}\n`)
  return exitCodes.usage
}

async function runCommand(name: string, entry: CommandEntry, argv: string[], ports: CliPorts): Promise<number> {
  try {
    return await entry.run(argv, ports)
  } catch (error) {
    if (error instanceof UsageError) return refuse(error.message, `See: sre-agent ${name} --help`, ports)
    if (ports.signal.aborted) return exitCodes.interrupted
    const code = error instanceof CodedError ? `\n(${error.code})` : ''
    ports.stderr.write(`sre-agent ${name}: ${printableLines(describeFailure(error))}${code}\n`)
    return exitCodes.unknown
  }
}

/** Runs what the words say and answers with the exit code. Never throws. */
export async function runCli(argv: string[], ports: CliPorts): Promise<number> {
  const [name, ...rest] = argv
  if (isHelp(name)) {
    const about = commands.get(rest[0] ?? '')
    ports.stdout.write(about?.help ?? overview)
    return exitCodes.ok
  }
  if (name === '--version' || name === '-v') {
    ports.stdout.write(`${ports.version}\n`)
    return exitCodes.ok
  }
  const entry = name === undefined ? undefined : commands.get(name)
  if (name === undefined || !entry) {
    const reason = name === undefined ? 'A command is needed.' : `There is no command "${name}".`
    return refuse(`${reason} Allowed: ${[...commands.keys()].join(', ')}`, 'See: sre-agent --help', ports)
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    ports.stdout.write(entry.help)
    return exitCodes.ok
  }
  return await runCommand(name, entry, rest, ports)
}
