import type { DefineCommand } from '#src/cli/cli-ports.ts'
import { addHelpEnd } from '#src/cli/options.ts'

/** `sre-agent worker`: investigations without the server. */
export const define: DefineCommand = (command, run) => {
  command
    .description(
      'Runs the investigations of the configured store in the foreground, without a server. Any number of workers and servers may share one PostgreSQL; the variables of .env.example set how many investigations run at the same time.',
    )
    .action(() => run((ports) => ports.work()))
  addHelpEnd(command, {
    examples: ['DATABASE_URL=postgres://sre@db/sre sre-agent worker'],
    exits: ['0  stopped by a signal', '1  the worker could not start', '2  the command line is wrong'],
  })
}
