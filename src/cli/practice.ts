import { chmod, mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { printable } from '#src/reporting/printable.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import { wholeBetween } from './option-values.ts'
import { parseOptions } from './parse-options.ts'
import { describeFailure } from './call-service.ts'
import { type PracticeProcess, startPractice } from './practice-process.ts'
import { UsageError } from './usage-error.ts'

const options = {
  incidents: { type: 'string', multiple: true },
  port: { type: 'string' },
  kubeconfig: { type: 'string' },
} as const

export const practiceHelp = `sre-agent practice [--incidents DIR] [--port N] [--kubeconfig PATH]

Runs the practice cluster in the foreground: recorded incidents behind a Kubernetes API on this machine, read-only.

  --incidents DIR    a folder of incidents, or one incident; may be given again (default practice/incidents)
  --port N           1 to 65535 (default: any free one)
  --kubeconfig PATH  the kubeconfig that is written, readable by you alone (default data/practice.kubeconfig)

Exit codes: 0 stopped by a signal; 2 the command line is wrong; 3 it could not start, or ended by itself.
`

function explain({ url, kubeconfig, namespaces, control_url }: PracticeProcess): string {
  const [example = 'default'] = namespaces
  const lines = [
    `The practice cluster listens on ${url} with ${namespaces.length} namespaces. Stop it with Ctrl-C.`,
    '',
    `  export KUBECONFIG=${kubeconfig}`,
    '  kubectl get namespaces',
    `  kubectl -n ${example} get pods -o yaml`,
    `  kubectl -n ${example} describe pods`,
    `  npx sre-agent decide -n ${example}`,
    ...(control_url === undefined ? [] : ['', `Faults on request: ${control_url}`]),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

/** `sre-agent practice`: the practice cluster alone. */
export async function practiceCommand(argv: string[], ports: CliPorts, program?: string): Promise<number> {
  const given = parseOptions(argv, options)
  if (given.words.length > 0) throw new UsageError(`practice takes no words: ${given.words.join(' ')}`)
  const port = wholeBetween('--port', given.text('port'), 1, 65_535)
  const kubeconfig = resolve(given.text('kubeconfig') ?? 'data/practice.kubeconfig')
  const chosen = given.texts('incidents')
  const folders = chosen.length > 0 ? chosen : ['practice/incidents']
  await mkdir(dirname(kubeconfig), { recursive: true })
  const { signal } = ports
  try {
    const practice = await startPractice({ folders, kubeconfig, port, signal, program })
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
