import { setTimeout as pause } from 'node:timers/promises'
import { Decision } from '#src/domain/decision.ts'
import { printable } from '#src/reporting/printable.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { renderSweepMarkdown } from '#src/reporting/render-markdown.ts'
import { renderSweepText } from '#src/reporting/render-text.ts'
import {
  briefOf,
  briefOfFailure,
  buildSweepReport,
  type NamespaceBrief,
  sumUpSweep,
  type SweepFacts,
} from '#src/reporting/sweep-report.ts'
import { describeFailure, describeRefusal, postDecide, type ServiceResponse } from './call-service.ts'
import { type CliPorts, exitCodes, type NamespaceList, type ServiceAddress } from './cli-ports.ts'
import { cleanEnvironment, findService } from './find-service.ts'
import { forEachBounded } from './for-each-bounded.ts'
import { UsageError } from './options.ts'
import { textOptionsOf } from './terminal.ts'

/*
 * `decide --all-namespaces`: one question per namespace, several at the same time. Of a decision only what the summary shows is kept;
 * as JSON each decision is written as soon as it arrives.
 */

/** What the options of `decide --all-namespaces` ask for. */
export interface SweepPlan {
  output: 'text' | 'json' | 'markdown'
  to?: string | undefined
  concurrency: number
  includeSystem: boolean
  strict: boolean
}

/** Progress of a sweep on stderr. */
interface SweepProgress {
  /** One more namespace is answered. */
  step(counts: { issue: number; unknown: number }): void
  /** Clears the line that was drawn. */
  end(): void
}

const clearLine = '\r\u001b[2K'

/** A decision, or why there is none. */
type NamespaceAnswer = { decision: Decision } | { why: string }

const maxTries = 4
const maxWaitSeconds = 5

const systemNamespaces: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

/** The namespaces of a sweep. */
interface SweepScope {
  /** Start of the sweep on the clock of `performance`. */
  started: number
  context: string
  namespaces: string[]
  /** System namespaces that are not asked about. */
  left_out: number
  cut?: string
}

interface SweepRun {
  signal: AbortSignal
  onAnswer: (namespace: string, answer: NamespaceAnswer) => void
}

/** Asks about every namespace; where it is interrupted, it ends early without an error. */
async function askAll(
  service: ServiceAddress,
  namespaces: string[],
  plan: SweepPlan,
  { signal, onAnswer }: SweepRun,
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

/** Where stdout and stderr are the same terminal, redrawing a line would erase what was written between. */
function mayRedraw(plan: SweepPlan, { stdout, stderr, env }: CliPorts): boolean {
  return stderr.isTTY === true && env['TERM'] !== 'dumb' && !(plan.output === 'json' && stdout.isTTY === true)
}

/** Asks, shows the progress on stderr, and prints all decisions as they arrive or the summary at the end. */
async function sweep(
  service: ServiceAddress,
  scope: SweepScope,
  plan: SweepPlan,
  ports: CliPorts,
): Promise<NamespaceBrief[]> {
  const { started, namespaces, ...rest } = scope
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
  const facts: SweepFacts = { ...rest, namespaces: namespaces.length, ms: performance.now() - started }
  if (json) json.end(sumUpSweep(briefs, facts))
  else ports.stdout.write(render(briefs, facts, plan, ports))
  return briefs
}

function render(briefs: NamespaceBrief[], facts: SweepFacts, { output }: SweepPlan, ports: CliPorts): string {
  const report = buildSweepReport(briefs, facts)
  return output === 'markdown' ? renderSweepMarkdown(report) : renderSweepText(report, textOptionsOf(ports))
}

/** `sre-agent decide --all-namespaces`: the whole cluster, the worst first. */
export async function decideAllNamespaces(plan: SweepPlan, ports: CliPorts): Promise<number> {
  if (plan.to !== undefined && !ports.env['KUBECONFIG'] && !ports.env['KUBERNETES_SERVICE_HOST'])
    throw new UsageError(
      '--all-namespaces lists the namespaces itself, also with --to: set KUBECONFIG to the cluster of the service',
    )
  const scope = await findNamespaces(plan.includeSystem, ports)
  if ('refused' in scope) {
    ports.stderr.write(`No answer: ${printable(scope.refused)}\n`)
    return exitCodes.unknown
  }
  // Closed after the summary is printed, because an interrupted run may take a while to end.
  await using cleanup = new AsyncDisposableStack()
  // A service of this process runs as many investigations as questions are sent.
  const settings = { MAX_CONCURRENT_ALERTS: String(plan.concurrency) }
  const service = await findService(plan.to, ports, cleanup, settings)
  const briefs = await sweep(service, scope, plan, ports)
  return exitCodeOf(briefs, plan, ports)
}

/** On a terminal one line that is redrawn; elsewhere a line for every tenth of the namespaces. */
export function createSweepProgress(
  total: number,
  redraw: boolean,
  { stderr }: Pick<CliPorts, 'stderr'>,
): SweepProgress {
  const started = performance.now()
  let done = 0
  let lastTenth = 0
  return {
    step({ issue, unknown }) {
      done++
      const seconds = Math.round((performance.now() - started) / 1000)
      const line = `${done} of ${total} namespaces: ${issue} with an issue, ${unknown} unknown, ${seconds} s`
      const tenth = Math.floor((done * 10) / total)
      if (redraw) stderr.write(clearLine + line.slice(0, Math.max(20, (stderr.columns || 80) - 1)))
      else if (tenth > lastTenth) stderr.write(`${line}\n`)
      lastTenth = tenth
    },
    end() {
      if (redraw && done > 0) stderr.write(clearLine)
    },
  }
}

/** A service that is full says when it has room again; it is asked again then, up to `maxTries` times. */
async function askPatiently(service: ServiceAddress, body: unknown, signal: AbortSignal): Promise<ServiceResponse> {
  for (let attempt = 1; ; attempt++) {
    const response = await postDecide({ url: service.url, token: service.token, body, signal, timeoutMs: 600_000 })
    if (response.status !== 503 || response.retryAfter === undefined || attempt === maxTries) return response
    await pause(Math.min(response.retryAfter, maxWaitSeconds) * 1000, undefined, { signal })
  }
}

/** Asks about one whole namespace. It throws only when it is aborted. */
async function askNamespace(service: ServiceAddress, namespace: string, signal: AbortSignal): Promise<NamespaceAnswer> {
  const body = { namespace, resource_kind: 'Namespace', resource_name: namespace }
  const response = await askPatiently(service, body, signal).catch(describeFailure)
  signal.throwIfAborted()
  if (typeof response === 'string') return { why: response }
  if (response.status !== 200) return { why: describeRefusal(response) }
  const decision = Decision.safeParse(response.body)
  return decision.success ? { decision: decision.data } : { why: 'the response is not a decision' }
}

/** The namespaces of the cluster of the environment, or why they cannot be listed. */
async function findNamespaces(includeSystem: boolean, ports: CliPorts): Promise<SweepScope | { refused: string }> {
  const started = performance.now()
  await using cleanup = new AsyncDisposableStack()
  const cluster = await ports.openCluster(cleanEnvironment(ports.env))
  cleanup.defer(() => cluster.close())
  const { context } = cluster
  const list = await cluster.listNamespaces(ports.signal)
  ports.signal.throwIfAborted()
  if (list.status === 'refused') return { refused: describeRefusedList(context, list) }
  if (list.names.length === 0) return { refused: `${context} has no namespace at all` }
  const namespaces = list.names.filter((name) => includeSystem || !systemNamespaces.has(name)).toSorted()
  const left_out = list.names.length - namespaces.length
  return { started, context, namespaces, left_out, ...(list.cut !== undefined && { cut: list.cut }) }
}

function describeRefusedList(context: string, { why, needs }: Extract<NamespaceList, { status: 'refused' }>): string {
  return (
    `the namespaces of ${context} cannot be listed: ${why}; needs ${needs}. ` +
    'Without that permission, ask about one namespace at a time: sre-agent decide -n NAMESPACE'
  )
}
