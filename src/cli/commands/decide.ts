import { describeFailure, describeRefusal, postDecide } from '#src/cli/call-service.ts'
import { type CliPorts, type DefineCommand, exitCodes } from '#src/cli/cli-ports.ts'
import { findService, type FoundService } from '#src/cli/find-service.ts'
import { addHelpEnd, flags, outputOption, toOption, UsageError, wholeOption } from '#src/cli/options.ts'
import { textOptionsOf } from '#src/cli/terminal.ts'
import { Decision } from '#src/domain/decision.ts'
import { buildReport } from '#src/reporting/decision-report.ts'
import { printable } from '#src/reporting/printable.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { renderMarkdown } from '#src/reporting/render-markdown.ts'
import { renderText } from '#src/reporting/render-text.ts'
import { Option } from 'commander'

interface DecideOptions {
  namespace?: string
  message?: string
  reason?: string
  output: 'text' | 'json' | 'markdown'
  to?: string
  exitCode?: true
  allNamespaces?: true
  includeSystem?: true
  concurrency?: number
}

const timeoutMs = 600_000

const description = `Finds out what is wrong with an object, or in a whole namespace, and prints the decision.

The namespaces of --all-namespaces are listed from the cluster of KUBECONFIG, which needs the permission to list namespaces. With --to that must be the cluster of the service, because the service is not asked for its namespaces.`

/** `sre-agent decide`: one question, one readable answer. */
export const define: DefineCommand = (command, run) => {
  const all = new Option('-A, --all-namespaces', 'ask about every namespace, and print a summary, the worst first')
  command
    .description(description)
    .argument(
      '[kind/name]',
      'the object: a Kubernetes kind or its short name, and a name, such as deployment/web, po/web-0 or node/worker-1',
    )
    .option(flags.namespace, 'the namespace; cluster-scoped objects need none')
    .option('-m, --message <text>', 'what you or an event reported')
    .option('--reason <word>', 'the reason of an event, e.g. BackOff')
    .addOption(
      outputOption(
        ['text', 'json', 'markdown'],
        'form of the decision; text is in colour on a terminal unless NO_COLOR is set',
      ),
    )
    .addOption(toOption('one in this process, with the store of DATABASE_URL or a temporary one'))
    .option('--exit-code', 'end with exit code 1 where there is an issue, for scripts')
    .addOption(all.conflicts(['namespace', 'message', 'reason']))
    .option('--include-system', 'with -A: also kube-system, kube-public and kube-node-lease')
    .addOption(wholeOption('--concurrency <n>', 'with -A: questions at the same time, 4 unless given', [1, 32]))
    .action((object: string | undefined, options: DecideOptions) =>
      run((ports) => (options.allNamespaces ? decideAll(object, options, ports) : decide(object, options, ports))),
    )
  addHelpEnd(command, {
    examples: [
      'sre-agent decide deployment/payment-gateway -n payments',
      "sre-agent decide -n payments --message 'customers cannot pay'",
      'sre-agent decide --all-namespaces --exit-code',
    ],
    exits: [
      '0    answered: issue, healthy or recovered',
      '1    an issue, with --exit-code',
      '2    the command line is wrong',
      '3    the outcome is unknown, or there is no answer; with -A: in any namespace, or the namespaces cannot be listed',
      '130  interrupted; -A prints what is known by then',
    ],
  })
}

async function decideAll(object: string | undefined, options: DecideOptions, ports: CliPorts): Promise<number> {
  if (object !== undefined)
    throw new UsageError(`--all-namespaces asks about whole namespaces and cannot be used with ${object}`)
  const { decideAllNamespaces } = await import('#src/cli/sweep.ts')
  return decideAllNamespaces(
    {
      to: options.to,
      output: options.output,
      concurrency: options.concurrency ?? 4,
      includeSystem: options.includeSystem === true,
      strict: options.exitCode === true,
    },
    ports,
  )
}

async function decide(object: string | undefined, options: DecideOptions, ports: CliPorts): Promise<number> {
  const body = questionOf(object, options)
  await using cleanup = new AsyncDisposableStack()
  const service = await findService(options.to, ports, cleanup)
  const { url, token } = service
  const fail = (why: string): number => {
    ports.stderr.write(`No answer from ${url}: ${printable(why)}\n`)
    return exitCodes.unknown
  }
  const response = await postDecide({ url, token, body, signal: ports.signal, timeoutMs }).catch(describeFailure)
  if (typeof response === 'string') return fail(response)
  if (response.status === 400) throw new UsageError(describeRefusal(response))
  if (response.status !== 200) return fail(describeRefusal(response))
  const decision = Decision.safeParse(response.body)
  if (!decision.success) return fail('the response is not a decision')
  ports.stdout.write(render(decision.data, options.output, service, ports))
  return exitCodeOf(decision.data, options.exitCode === true)
}

/** The body of POST /decide for the object and the options. */
function questionOf(object: string | undefined, options: DecideOptions): Record<string, unknown> {
  const { namespace, reason, message } = options
  if (options.includeSystem || options.concurrency !== undefined)
    throw new UsageError('--include-system and --concurrency need --all-namespaces')
  if (object === undefined && namespace === undefined)
    throw new UsageError('decide needs KIND/NAME, -n NAMESPACE, both, or --all-namespaces')
  const [kind, name, ...rest] = object?.split('/') ?? ['Namespace', namespace]
  if (!kind || !name || rest.length > 0) throw new UsageError(`"${object}" is not KIND/NAME, such as deployment/web`)
  return {
    ...(reason !== undefined && { event_type: 'Warning' }),
    ...(namespace !== undefined && { namespace }),
    resource_kind: kind,
    resource_name: name,
    ...((reason ?? message) !== undefined && { event_data: { reason, message } }),
  }
}

function render(decision: Decision, output: DecideOptions['output'], service: FoundService, ports: CliPorts): string {
  if (output === 'json') return renderJson(decision)
  const report = buildReport(decision, service.record?.(decision.incident_id))
  return output === 'markdown' ? renderMarkdown(report) : renderText(report, textOptionsOf(ports))
}

function exitCodeOf(decision: Decision, strict: boolean): number {
  if (decision.outcome === 'unknown') return exitCodes.unknown
  return strict && decision.outcome === 'issue' ? exitCodes.below : exitCodes.ok
}
