import type { CliPorts } from './cli-ports.ts'

/** The command line: the first word names the command; the answer is the exit code. */
export async function runCli(argv: string[], ports: CliPorts): Promise<number> {
  if (argv[0] === 'serve') return ports.serve()
  return 2
}
