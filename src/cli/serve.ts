import type { CliPorts } from './cli-ports.ts'
import { parseOptions } from './parse-options.ts'
import { UsageError } from './usage-error.ts'

export const serveHelp = `sre-agent serve

Runs the service in the foreground, as npm start does. HOST, PORT, KUBECONFIG, DATABASE_URL and the other variables of
.env.example say how.

Exit codes: 0 stopped by a signal; 1 it could not start; 2 the command line is wrong.
`

/** `sre-agent serve`: the service itself. */
export async function serveCommand(argv: string[], ports: CliPorts): Promise<number> {
  const { words } = parseOptions(argv, {})
  if (words.length > 0) throw new UsageError(`serve takes no words: ${words.join(' ')}`)
  return await ports.serve()
}
