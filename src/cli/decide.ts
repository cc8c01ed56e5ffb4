import { Decision } from '#src/domain/decision.ts'
import { buildReport } from '#src/reporting/decision-report.ts'
import { printable } from '#src/reporting/printable.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { renderMarkdown } from '#src/reporting/render-markdown.ts'
import { renderText } from '#src/reporting/render-text.ts'
import { describeFailure, describeRefusal } from './call-service.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import { type Asking, findService } from './find-service.ts'
import { oneOf, serviceAddress } from './option-values.ts'
import { type ParsedOptions, parseOptions } from './parse-options.ts'
import { postDecide } from './post-decide.ts'
import { sweepCommand } from './sweep.ts'
import { textOptionsOf } from './text-options.ts'
import { UsageError } from './usage-error.ts'

const options = {
  namespace: { type: 'string', short: 'n' },
  message: { type: 'string', short: 'm' },
  reason: { type: 'string' },
  output: { type: 'string', short: 'o' },
  to: { type: 'string' },
  'exit-code': { type: 'boolean' },
  'all-namespaces': { type: 'boolean', short: 'A' },
  'include-system': { type: 'boolean' },
  concurrency: { type: 'string' },
} as const

export const decideHelp = `sre-agent decide KIND/NAME -n NAMESPACE [options]
sre-agent decide -n NAMESPACE [options]
sre-agent decide --all-namespaces [options]

Asks what is wrong with an object, or in a whole namespace, and prints the decision. KIND is a Kubernetes kind or its short
name (deployment/web, po/web-0, node/worker-1; cluster-scoped kinds need no namespace).

  -n, --namespace NAME   the namespace
  -m, --message TEXT     what was seen, in a person's words or an event's
  --reason WORD          the reason of an event, e.g. BackOff
  -o, --output FORM      text (default; in colour on a terminal unless NO_COLOR is set), json or markdown
  --to URL               ask this service (default: one in this process, with the store of DATABASE_URL or a temporary one)
  --exit-code            answer an issue with exit code 1, for scripts

  -A, --all-namespaces   ask about every namespace of the cluster, and print a summary, worst first; with json every decision
  --include-system       with -A: also kube-system, kube-public and kube-node-lease
  --concurrency N        with -A: so many questions at a time, 1 to 32 (default 4)

The namespaces of -A are listed from the cluster of KUBECONFIG, which needs list on namespaces. With --to that must be the
cluster that the service looks at: the service is not asked which namespaces there are.

Exit codes: 0 answered (issue, healthy or recovered); 1 an issue, with --exit-code; 2 the command line is wrong;
3 the outcome is unknown, or there is no answer. With -A: 1 an issue in any namespace, with --exit-code; else 3 where any
namespace is unknown or the namespaces could not be listed; 130 interrupted: what was known by then is printed.
`

/** The body of POST /decide for what the command line asks. */
function readQuestion(given: ParsedOptions): Record<string, unknown> {
  const namespace = given.text('namespace')
  const [word, ...more] = given.words
  if (given.flag('include-system') || given.text('concurrency') !== undefined)
    throw new UsageError('--include-system and --concurrency go with --all-namespaces')
  if (more.length > 0) throw new UsageError(`decide takes one KIND/NAME, not ${given.words.join(' ')}`)
  if (word === undefined && namespace === undefined)
    throw new UsageError('decide needs KIND/NAME, -n NAMESPACE or both')
  const [kind, name, ...rest] = word?.split('/') ?? ['Namespace', namespace]
  if (!kind || !name || rest.length > 0) throw new UsageError(`"${word}" is no KIND/NAME, such as deployment/web`)
  const said = { reason: given.text('reason'), message: given.text('message') }
  return {
    ...(said.reason !== undefined && { event_type: 'Warning' }),
    ...(namespace !== undefined && { namespace }),
    resource_kind: kind,
    resource_name: name,
    ...((said.reason ?? said.message) !== undefined && { event_data: said }),
  }
}

function render(decision: Decision, output: 'text' | 'json' | 'markdown', asking: Asking, ports: CliPorts): string {
  if (output === 'json') return renderJson(decision)
  const report = buildReport(decision, asking.record?.(decision.incident_id))
  if (output === 'markdown') return renderMarkdown(report)
  return renderText(report, textOptionsOf(ports))
}

function exitCodeOf(decision: Decision, strict: boolean): number {
  if (decision.outcome === 'unknown') return exitCodes.unknown
  return strict && decision.outcome === 'issue' ? exitCodes.below : exitCodes.ok
}

/** `sre-agent decide`: one question, one readable answer. */
export async function decideCommand(argv: string[], ports: CliPorts): Promise<number> {
  const given = parseOptions(argv, options)
  if (given.flag('all-namespaces')) return sweepCommand(given, ports)
  const body = readQuestion(given)
  const output = oneOf('--output', given.text('output'), ['text', 'json', 'markdown'])
  const to = serviceAddress('--to', given.text('to'))
  const fail = (why: string): number => {
    ports.stderr.write(`No answer: ${printable(why)}\n`)
    return exitCodes.unknown
  }
  await using cleanup = new AsyncDisposableStack()
  const asking = await findService(to, ports, cleanup)
  const response = await postDecide({
    url: asking.url,
    token: asking.token,
    body,
    signal: ports.signal,
    timeoutMs: 600_000,
  }).catch(describeFailure)
  if (typeof response === 'string') return fail(`${asking.url}: ${response}`)
  if (response.status === 400) throw new UsageError(describeRefusal(response))
  if (response.status !== 200) return fail(`${asking.url}: ${describeRefusal(response)}`)
  const decision = Decision.safeParse(response.body)
  if (!decision.success) return fail(`${asking.url} answered with something that is no decision`)
  ports.stdout.write(render(decision.data, output, asking, ports))
  return exitCodeOf(decision.data, given.flag('exit-code'))
}
