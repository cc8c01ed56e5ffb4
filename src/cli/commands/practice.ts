import { chmod, mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Option } from 'commander'
import type { PracticeCluster } from '#src/adapters/practice/port.ts'
import { describeFailure } from '#src/cli/call-service.ts'
import { type CliPorts, type DefineCommand, exitCodes } from '#src/cli/cli-ports.ts'
import { addHelpEnd, wholeOption } from '#src/cli/options.ts'
import { printable } from '#src/reporting/printable.ts'

interface PracticeCommandOptions {
  incidents?: string[]
  port?: number
  kubeconfig: string
}

/** `sre-agent practice`: the practice cluster alone. */
export const define: DefineCommand = (command, run) => {
  const incidents = new Option(
    '--incidents <dir>',
    'a folder of incidents, or one incident; may be repeated (default: practice/incidents)',
  ).argParser((folder: string, earlier: string[] | undefined) => [...(earlier ?? []), folder])
  command
    .description(
      'Runs the practice cluster in the foreground: recorded incidents behind a Kubernetes API on this machine, read-only.',
    )
    .addOption(incidents)
    .addOption(wholeOption('--port <n>', 'listen on this port instead of any free one', [1, 65_535]))
    .option('--kubeconfig <path>', 'write the kubeconfig here, readable only by you', 'data/practice.kubeconfig')
    .action((options: PracticeCommandOptions) => run((ports) => runPractice(options, ports)))
  addHelpEnd(command, {
    examples: ['sre-agent practice', 'sre-agent practice --incidents practice/incidents/01-missing-env --port 6443'],
    exits: [
      '0  stopped by a signal',
      '2  the command line is wrong',
      '3  the practice cluster could not start, or ended by itself',
    ],
  })
}

async function runPractice(options: PracticeCommandOptions, ports: CliPorts): Promise<number> {
  const kubeconfig = resolve(options.kubeconfig)
  await mkdir(dirname(kubeconfig), { recursive: true })
  const { signal } = ports
  try {
    const folders = options.incidents ?? ['practice/incidents']
    const practice = await ports.startPractice({ folders, kubeconfig, port: options.port, signal })
    await chmod(practice.kubeconfig, 0o600)
    ports.stdout.write(explain(practice))
    const code = await practice.ended
    if (signal.aborted) return exitCodes.ok
    ports.stderr.write(`The practice cluster ended by itself (exit code ${code}).\n`)
  } catch (error) {
    if (signal.aborted) return exitCodes.ok
    ports.stderr.write(`The practice cluster did not start: ${printable(describeFailure(error))}\n`)
  }
  return exitCodes.unknown
}

function explain({ url, kubeconfig, namespaces, control_url }: PracticeCluster): string {
  const [example = 'default'] = namespaces
  const lines = [
    `The practice cluster listens on ${url} with ${namespaces.length} namespaces. Stop it with Ctrl-C.`,
    '',
    `  export KUBECONFIG=${kubeconfig}`,
    '  kubectl get namespaces',
    `  kubectl -n ${example} get pods -o yaml`,
    `  kubectl -n ${example} describe pods`,
    `  npx sre-agent decide -n ${example}`,
    ...(control_url === undefined ? [] : ['', `To inject faults, call ${control_url}`]),
  ]
  return `${lines.map(printable).join('\n')}\n`
}
