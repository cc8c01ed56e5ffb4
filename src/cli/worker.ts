import type { CliPorts } from './cli-ports.ts'
import { parseOptions } from './parse-options.ts'
import { UsageError } from './usage-error.ts'

export const workerHelp = `sre-agent worker

Runs investigations of the configured store in the foreground, without a server. Any number of workers and servers may share one
PostgreSQL; the variables of .env.example say how many runs there are at the same time.

Exit codes: 0 stopped by a signal; 1 it could not start; 2 the command line is wrong.
`

/** `sre-agent worker`: the runs without the server. */
export async function workerCommand(argv: string[], ports: CliPorts): Promise<number> {
  const { words } = parseOptions(argv, {})
  if (words.length > 0) throw new UsageError(`worker takes no words: ${words.join(' ')}`)
  return await ports.work()
}
