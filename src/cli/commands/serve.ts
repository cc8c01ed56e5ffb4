import type { DefineCommand } from '#src/cli/cli-ports.ts'
import { addHelpEnd } from '#src/cli/options.ts'

/** `sre-agent serve`: the service itself. */
export const define: DefineCommand = (command, run) => {
  command
    .description(
      'Runs the service in the foreground, as npm start does. It is configured by HOST, PORT, KUBECONFIG, DATABASE_URL and the other variables of .env.example.',
    )
    .action(() => run((ports) => ports.serve()))
  addHelpEnd(command, {
    examples: ['sre-agent serve', 'PORT=8080 KUBECONFIG=~/.kube/config sre-agent serve'],
    exits: ['0  stopped by a signal', '1  the service could not start', '2  the command line is wrong'],
  })
}
