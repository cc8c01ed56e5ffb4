import { Command, CommanderError } from 'commander'
import { CodedError } from '#src/domain/coded-error.ts'
import { describeFailure } from './call-service.ts'
import { type CliPorts, type DefineCommand, exitCodes } from './cli-ports.ts'
import { UsageError } from './options.ts'
import { printableLines } from './terminal.ts'

/*
 * The command line: one command a file, loaded only when it is called or explained. A command resolves to an exit code and throws a
 * UsageError for what it cannot read; everything that it prints of a cluster or a service goes through `reporting`, which makes it
 * printable.
 */

interface CommandEntry {
  summary: string
  load: () => Promise<{ define: DefineCommand }>
}

const commands: Record<string, CommandEntry> = {
  serve: { summary: 'run the service', load: () => import('./commands/serve.ts') },
  worker: { summary: 'run investigations without the server', load: () => import('./commands/worker.ts') },
  decide: {
    summary: 'find out what is wrong with an object, in a namespace or in all',
    load: () => import('./commands/decide.ts'),
  },
  approvals: {
    summary: 'list, show, approve or reject changes that need an approval',
    load: () => import('./commands/approvals.ts'),
  },
  executions: {
    summary: 'record what you carry out by hand, and see the outcome',
    load: () => import('./commands/executions.ts'),
  },
  watch: { summary: "forward the cluster's Warning events to a service", load: () => import('./commands/watch.ts') },
  token: { summary: 'make a token for a caller', load: () => import('./commands/token.ts') },
  audit: { summary: 'list or verify the audit log', load: () => import('./commands/audit.ts') },
  eval: { summary: 'score the service on recorded incidents', load: () => import('./commands/eval.ts') },
  practice: { summary: 'run the practice cluster alone', load: () => import('./commands/practice.ts') },
}

/** Runs what the words say and resolves to the exit code. Never throws. */
export async function runCli(argv: readonly string[], ports: CliPorts): Promise<number> {
  let exitCode: number = exitCodes.ok
  const program = createProgram(ports)
  const [first = '', second = ''] = argv
  const name = first === 'help' ? second : first
  for (const [known, { summary, load }] of Object.entries(commands)) {
    const command = program.command(known).summary(summary)
    if (known !== name) continue
    const { define } = await load()
    define(command, async (work) => {
      exitCode = await work(ports)
    })
  }
  try {
    if (first === '') throw new UsageError(`A command is needed. Allowed: ${Object.keys(commands).join(', ')}`)
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    return reportError(error, calledCommand(program, argv), ports)
  }
}

function createProgram({ version, stdout }: CliPorts): Command {
  return new Command('sre-agent')
    .description('Diagnoses Kubernetes incidents with evidence and proposes the smallest safe change.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'explain a command')
    .addHelpText(
      'after',
      '\nExamples:\n  sre-agent serve\n  sre-agent decide deployment/payment-gateway -n payments\n  sre-agent decide --help   what a command accepts, and its exit codes',
    )
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      // Errors are written by `reportError`, which makes them printable.
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(stdout.columns || 100, 120),
      getOutHasColors: () => false,
    })
    .exitOverride()
}

/** The command of the words, as deep as they name one. */
function calledCommand(program: Command, argv: readonly string[]): Command {
  const [word, ...rest] = argv
  const command = program.commands.find((candidate) => candidate.name() === word)
  return command ? calledCommand(command, rest) : program
}

function reportError(error: unknown, command: Command, ports: CliPorts): number {
  if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok
  const line = lineOf(command)
  if (error instanceof CommanderError || error instanceof UsageError) {
    const reason = error instanceof UsageError ? error.message : describeUsage(error, command)
    ports.stderr.write(`${printableLines(reason)}\nSee: ${line} --help\n`)
    return exitCodes.usage
  }
  if (ports.signal.aborted) return exitCodes.interrupted
  const code = error instanceof CodedError ? `\n(${error.code})` : ''
  ports.stderr.write(`${line}: ${printableLines(describeFailure(error))}${code}\n`)
  return exitCodes.unknown
}

function lineOf(command: Command): string {
  return command.parent ? `${lineOf(command.parent)} ${command.name()}` : command.name()
}

/** What Commander says, with what is allowed where it does not say that. */
function describeUsage({ code, message }: CommanderError, command: Command): string {
  const reason = message.replace(/^error: /, '')
  const names = command.commands.map((known) => known.name()).join(', ')
  if (code === 'commander.unknownCommand') return `${reason}\nAllowed: ${names}`
  if (names !== '') {
    const needed = `${lineOf(command)} needs one of these commands: ${names}`
    // Commander prints the help where the command is missing, and has no message for it.
    return code === 'commander.help' ? needed : `${reason}\n${needed}`
  }
  if (code === 'commander.unknownOption')
    return `${reason}\nAllowed: ${command.options.map((option) => option.flags).join('  ')}`
  if (code !== 'commander.missingMandatoryOptionValue') return reason
  const missing = command.options.find((option) => option.mandatory && reason.includes(`'${option.flags}'`))
  return missing?.argChoices ? `${reason}. Allowed choices are ${missing.argChoices.join(', ')}.` : reason
}
