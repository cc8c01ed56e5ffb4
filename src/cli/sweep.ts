import { briefOf, briefOfFailure, type NamespaceBrief } from '#src/reporting/namespace-brief.ts'
import { printable } from '#src/reporting/printable.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { renderSweepMarkdown } from '#src/reporting/render-sweep-markdown.ts'
import { renderSweepText } from '#src/reporting/render-sweep-text.ts'
import { buildSweepReport, type SweepFacts, sumUpSweep } from '#src/reporting/sweep-report.ts'
import { type CliPorts, exitCodes, type ServiceAddress, type NamespaceList } from './cli-ports.ts'
import { findService } from './find-service.ts'
import { forEachBounded } from '#src/util/bounded.ts'
import { oneOf, serviceAddress, wholeBetween } from './option-values.ts'
import type { ParsedOptions } from './parse-options.ts'
import { textOptionsOf } from './text-options.ts'
import { UsageError } from './usage-error.ts'
import { setTimeout as pause } from 'node:timers/promises'
import { Decision } from '#src/domain/decision.ts'
import { describeFailure, describeRefusal, type ServiceResponse } from './call-service.ts'
import { postDecide } from './post-decide.ts'
import { cleanEnvironment } from './clean-environment.ts'

/*
 * `decide --all-namespaces`: one question per namespace, so many at a time. Of an answer only what the summary shows is kept; as
 * JSON each decision is written when it comes.
 */

interface SweepPlan {
  output: 'text' | 'json' | 'markdown'
  to?: string
  concurrency: number
  includeSystem: boolean
  strict: boolean
}

/** Says on stderr how far a sweep is. */
interface SweepProgress {
  /** One more namespace has its answer. */
  step(counts: { issue: number; unknown: number }): void
  /** Leaves no half line behind. */
  end(): void
}

const beginOfLine = '\r\u001b[2K'

/** A decision, or why there is none. */
type NamespaceAnswer = { decision: Decision } | { why: string }

const tries = 4

const longestWait = 5

const systemNamespaces: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

/** What there is to sweep. */
interface SweepGround {
  /** When the sweep began, on the clock of `performance`. */
  begun: number
  context: string
  namespaces: string[]
  /** System namespaces that are not asked about. */
  left_out: number
  cut?: string
}

function readPlan(given: ParsedOptions, ports: CliPorts): SweepPlan {
  const narrower = ['namespace', 'message', 'reason'].filter((name) => given.text(name) !== undefined)
  if (given.words.length > 0 || narrower.length > 0) {
    const what = [...given.words, ...narrower.map((name) => `--${name}`)].join(', ')
    throw new UsageError(`--all-namespaces asks about whole namespaces and does not go with ${what}`)
  }
  const to = serviceAddress('--to', given.text('to'))
  if (to !== undefined && !ports.env['KUBECONFIG'] && !ports.env['KUBERNETES_SERVICE_HOST'])
    throw new UsageError(
      '--all-namespaces lists the namespaces itself, --to or not: set KUBECONFIG to the cluster that the service looks at',
    )
  return {
    to,
    output: oneOf('--output', given.text('output'), ['text', 'json', 'markdown']),
    concurrency: wholeBetween('--concurrency', given.text('concurrency'), 1, 32) ?? 4,
    includeSystem: given.flag('include-system'),
    strict: given.flag('exit-code'),
  }
}

interface Asked {
  signal: AbortSignal
  onAnswer: (namespace: string, answer: NamespaceAnswer) => void
}

/** Asks about every namespace; ends early, without a word, where it is interrupted. */
async function askAll(
  service: ServiceAddress,
  namespaces: string[],
  plan: SweepPlan,
  { signal, onAnswer }: Asked,
): Promise<void> {
  await forEachBounded(namespaces, plan.concurrency, async (namespace) => {
    if (signal.aborted) return
    const answer = await askNamespace(service, namespace, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error
      return undefined
    })
    if (answer) onAnswer(namespace, answer)
  })
}

/** Writes the decisions one by one, as the parts of one JSON document. */
function createJsonStream(write: (text: string) => unknown) {
  let before = '{"results":[\n'
  return {
    add: (namespace: string, answer: NamespaceAnswer) => {
      const result = 'decision' in answer ? { namespace, ...answer } : { namespace, decision: null, ...answer }
      write(before + renderJson(result, 0).trimEnd())
      before = ',\n'
    },
    end: (totals: unknown) => {
      write(`${before === ',\n' ? '' : before}\n],"totals":${renderJson(totals, 0).trimEnd()}}\n`)
    },
  }
}

function exitCodeOf(briefs: NamespaceBrief[], { strict }: SweepPlan, ports: CliPorts): number {
  if (ports.signal.aborted) return exitCodes.interrupted
  if (strict && briefs.some(({ outcome }) => outcome === 'issue')) return exitCodes.below
  return briefs.some(({ outcome }) => outcome === 'unknown') ? exitCodes.unknown : exitCodes.ok
}

/** Where stdout and stderr are one terminal, drawing over a line would eat what was written between. */
function mayRedraw(plan: SweepPlan, { stdout, stderr, env }: CliPorts): boolean {
  return stderr.isTTY === true && env['TERM'] !== 'dumb' && !(plan.output === 'json' && stdout.isTTY === true)
}

/** Asks, says on stderr how far it is, and prints: all decisions as they come, or the summary at the end. */
async function sweep(
  service: ServiceAddress,
  ground: SweepGround,
  plan: SweepPlan,
  ports: CliPorts,
): Promise<NamespaceBrief[]> {
  const { begun, namespaces, ...rest } = ground
  const briefs: NamespaceBrief[] = []
  const counts = { issue: 0, unknown: 0, healthy: 0, recovered: 0 }
  const json = plan.output === 'json' ? createJsonStream((text) => ports.stdout.write(text)) : undefined
  const progress = createSweepProgress(namespaces.length, mayRedraw(plan, ports), ports)
  const onAnswer = (namespace: string, answer: NamespaceAnswer) => {
    const brief = 'decision' in answer ? briefOf(namespace, answer.decision) : briefOfFailure(namespace, answer.why)
    briefs.push(brief)
    counts[brief.outcome]++
    json?.add(namespace, answer)
    progress.step(counts)
  }
  await askAll(service, namespaces, plan, { signal: ports.signal, onAnswer }).finally(() => progress.end())
  const facts: SweepFacts = { ...rest, namespaces: namespaces.length, ms: performance.now() - begun }
  if (json) json.end(sumUpSweep(briefs, facts))
  else ports.stdout.write(render(briefs, facts, plan, ports))
  return briefs
}

function render(briefs: NamespaceBrief[], facts: SweepFacts, { output }: SweepPlan, ports: CliPorts): string {
  const report = buildSweepReport(briefs, facts)
  return output === 'markdown' ? renderSweepMarkdown(report) : renderSweepText(report, textOptionsOf(ports))
}

/** `sre-agent decide --all-namespaces`: the whole cluster, worst first. */
export async function sweepCommand(given: ParsedOptions, ports: CliPorts): Promise<number> {
  const plan = readPlan(given, ports)
  const ground = await findNamespaces(plan.includeSystem, ports)
  if ('refused' in ground) {
    ports.stderr.write(`No answer: ${printable(ground.refused)}\n`)
    return exitCodes.unknown
  }
  // Closed after the summary is out: an interrupted run may take its time to end.
  await using cleanup = new AsyncDisposableStack()
  // A service of our own runs as many at a time as it is asked.
  const settings = { MAX_CONCURRENT_ALERTS: String(plan.concurrency) }
  const service = await findService(plan.to, ports, cleanup, settings)
  const briefs = await sweep(service, ground, plan, ports)
  return exitCodeOf(briefs, plan, ports)
}

/** On a terminal one line that is drawn again; elsewhere a line for every tenth of the way. */
export function createSweepProgress(
  total: number,
  redraw: boolean,
  { stderr }: Pick<CliPorts, 'stderr'>,
): SweepProgress {
  const begun = performance.now()
  let done = 0
  let told = 0
  return {
    step({ issue, unknown }) {
      done++
      const seconds = Math.round((performance.now() - begun) / 1000)
      const line = `${done} of ${total} namespaces: ${issue} with an issue, ${unknown} unknown, ${seconds} s`
      const tenth = Math.floor((done * 10) / total)
      if (redraw) stderr.write(beginOfLine + line.slice(0, Math.max(20, (stderr.columns || 80) - 1)))
      else if (tenth > told) stderr.write(`${line}\n`)
      told = tenth
    },
    end() {
      if (redraw && done > 0) stderr.write(beginOfLine)
    },
  }
}

/** A service that is full says when it has room again; it is asked again then, a few times. */
async function askPatiently(service: ServiceAddress, body: unknown, signal: AbortSignal): Promise<ServiceResponse> {
  for (let attempt = 1; ; attempt++) {
    const response = await postDecide({ url: service.url, token: service.token, body, signal, timeoutMs: 600_000 })
    if (response.status !== 503 || response.retryAfter === undefined || attempt === tries) return response
    await pause(Math.min(response.retryAfter, longestWait) * 1000, undefined, { signal })
  }
}

/** Asks about one whole namespace. Throws on abort alone. */
async function askNamespace(service: ServiceAddress, namespace: string, signal: AbortSignal): Promise<NamespaceAnswer> {
  const body = { namespace, resource_kind: 'Namespace', resource_name: namespace }
  const response = await askPatiently(service, body, signal).catch(describeFailure)
  signal.throwIfAborted()
  if (typeof response === 'string') return { why: response }
  if (response.status !== 200) return { why: describeRefusal(response) }
  const decision = Decision.safeParse(response.body)
  return decision.success
    ? { decision: decision.data }
    : { why: 'the service answered with something that is no decision' }
}

/** The namespaces of the cluster that the environment names, or why they cannot be known. */
async function findNamespaces(includeSystem: boolean, ports: CliPorts): Promise<SweepGround | { refused: string }> {
  const begun = performance.now()
  await using cleanup = new AsyncDisposableStack()
  const cluster = await ports.openCluster(cleanEnvironment(ports.env))
  cleanup.defer(() => cluster.close())
  const { context } = cluster
  const list = await cluster.listNamespaces(ports.signal)
  ports.signal.throwIfAborted()
  if (list.status === 'refused') return { refused: describeRefusedList(context, list) }
  if (list.names.length === 0) return { refused: `${context} lists no namespace at all` }
  const namespaces = list.names.filter((name) => includeSystem || !systemNamespaces.has(name)).toSorted()
  const left_out = list.names.length - namespaces.length
  return { begun, context, namespaces, left_out, ...(list.cut !== undefined && { cut: list.cut }) }
}

function describeRefusedList(context: string, { why, needs }: Extract<NamespaceList, { status: 'refused' }>): string {
  return (
    `the namespaces of ${context} cannot be listed: ${why}; needs ${needs}. ` +
    'Where a role must stay narrow, ask about one namespace at a time: sre-agent decide -n NAMESPACE'
  )
}
