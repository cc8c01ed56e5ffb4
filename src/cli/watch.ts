import { setTimeout as pause } from 'node:timers/promises'
import { printable } from '#src/reporting/printable.ts'
import { describeFailure, describeRefusal, type ServiceResponse } from './call-service.ts'
import { cleanEnvironment } from './clean-environment.ts'
import { type CliPorts, type EventCluster, exitCodes, type ServiceAddress } from './cli-ports.ts'
import { EventBacklog } from './event-backlog.ts'
import { serviceAddress, wholeBetween } from './option-values.ts'
import { parseOptions } from './parse-options.ts'
import { postDecide } from './post-decide.ts'
import { UsageError } from './usage-error.ts'
import { readWatchState, writeWatchState } from './watch-state.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'

const options = {
  to: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  state: { type: 'string' },
  since: { type: 'string' },
  buffer: { type: 'string' },
} as const

export const watchHelp = `sre-agent watch [--to URL] [-n NAMESPACE] [options]

Forwards the cluster's Warning events to a service (POST /webhook/kubernetes) until it is stopped. Repeats of a reason on an
object within a minute are merged. While the service is away, events wait, and past --buffer of them in the cluster, which keeps
events for an hour unless told otherwise. After a restart it goes on where it was; what it sends again for that is known by the
service and changes nothing. SRE_AGENT_TOKEN is the token, where the service asks for one (role forwarder).

  --to URL               the service (default: one in this process, with the configured store)
  -n, --namespace NAME   only this namespace (default: all)
  --state FILE           where it remembers how far it came (default data/watch-state.json)
  --since MINUTES        at the very first start: how far back to look, 0 to 1440 (default 10)
  --buffer N             how many events wait here at most, 1 to 100000 (default 1000)

Exit codes: 0 stopped by a signal; 2 the command line is wrong; 3 it could not start.
`

// Events bear whole seconds and reach us out of order: on resuming look back a little; what is done already is known by its key.
const overlap = 60_000

/** How a backlog reaches a service. Times and pauses are given, so that a test need not wait. */
interface ForwardPorts {
  post(body: unknown): Promise<ServiceResponse>
  pause(ms: number): Promise<void>
  /** Resolves when the backlog may have something new. */
  wake(): Promise<void>
  /** After each event that is settled. */
  onSettled(): Promise<void>
  say(line: string): void
}

const firstPause = 500

const longestPause = 30_000

/** Lets one loop sleep until another has something for it. */
class WakeUp {
  #sleeper: PromiseWithResolvers<void> | undefined

  /** Resolves at the next `ring`. */
  wait(): Promise<void> {
    this.#sleeper ??= Promise.withResolvers<void>()
    return this.#sleeper.promise
  }

  ring(): void {
    this.#sleeper?.resolve()
    this.#sleeper = undefined
  }
}

async function pumpEvents(
  cluster: EventCluster,
  { backlog, wake, room }: { backlog: EventBacklog; wake: WakeUp; room: WakeUp },
  namespace: string | undefined,
  ports: { signal: AbortSignal; say: (line: string) => void },
): Promise<void> {
  const { signal, say } = ports
  for (let failures = 0; !signal.aborted; failures++) {
    const since = new Date(Date.parse(backlog.state().since) - overlap).toISOString()
    const onProblem = ({ why, needs }: { why: string; needs: string }) =>
      say(`The watch stands still: ${why} (needs ${needs}).`)
    try {
      for await (const event of cluster.watchEvents({ namespace, since, onProblem }, signal)) {
        failures = 0
        backlog.offer(event)
        wake.ring()
        // Nothing is read on while there is no room: what comes meanwhile stays in the cluster.
        while (backlog.isFull && !signal.aborted) await room.wait()
      }
    } catch (error) {
      if (!signal.aborted) say(`The watch broke: ${describeFailure(error)}; starting it again.`)
    }
    await pause(Math.min(30_000, 200 * 2 ** Math.min(failures, 8)), undefined, { signal }).catch(() => undefined)
  }
}

interface WatchPlan {
  to?: string
  namespace?: string
  statePath: string
  since: number
  buffer: number
}

function readPlan(argv: string[]): WatchPlan {
  const given = parseOptions(argv, options)
  if (given.words.length > 0) throw new UsageError(`watch takes no words: ${given.words.join(' ')}`)
  return {
    to: serviceAddress('--to', given.text('to')),
    namespace: given.text('namespace'),
    statePath: given.text('state') ?? 'data/watch-state.json',
    since: wholeBetween('--since', given.text('since'), 0, 1440) ?? 10,
    buffer: wholeBetween('--buffer', given.text('buffer'), 1, 100_000) ?? 1000,
  }
}

async function run(plan: WatchPlan, service: ServiceAddress, cluster: EventCluster, ports: CliPorts): Promise<void> {
  const stop = new AbortController()
  const signal = AbortSignal.any([ports.signal, stop.signal])
  const say = (line: string) => void ports.stderr.write(`${printable(line)}\n`)
  const start = new Date(Date.now() - plan.since * 60_000).toISOString()
  const state = (await readWatchState(plan.statePath)) ?? { since: start, seen: [] }
  const backlog = new EventBacklog(state, Date.now, { capacity: plan.buffer })
  const [wake, room] = [new WakeUp(), new WakeUp()]
  const ringAll = () => [wake, room].forEach((bell) => bell.ring())
  signal.addEventListener('abort', ringAll, { once: true })
  // Before anything is read: should it end before the first event is handed over, the next start still begins here.
  await writeWatchState(plan.statePath, backlog.state())
  const forward = forwardEvents(
    backlog,
    {
      post: (body) =>
        postDecide({
          url: service.url,
          token: service.token,
          path: '/webhook/kubernetes',
          body,
          signal,
          timeoutMs: 15_000,
        }),
      pause: (ms) => pause(ms, undefined, { signal }).catch(() => undefined),
      wake: () => wake.wait(),
      onSettled: async () => {
        await writeWatchState(plan.statePath, backlog.state())
        room.ring()
      },
      say,
    },
    signal,
  ).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  try {
    await Promise.all([forward, pumpEvents(cluster, { backlog, wake, room }, plan.namespace, { signal, say })])
  } finally {
    stop.abort()
  }
  await writeWatchState(plan.statePath, backlog.state())
  const { seen, forwarded, merged, refused } = backlog.counts
  say(
    `Events: ${seen} seen, ${forwarded} forwarded, ${merged} merged, ${refused} refused, ${backlog.size} left for the next start.`,
  )
}

/** The one that is named, or one in this process. */
async function serviceOf(plan: WatchPlan, ports: CliPorts, cleanup: AsyncDisposableStack): Promise<ServiceAddress> {
  if (plan.to !== undefined) return { url: plan.to, token: ports.env['SRE_AGENT_TOKEN'] }
  const LOG_LEVEL = ports.env['LOG_LEVEL'] || 'warn'
  const env = cleanEnvironment(ports.env, { HOST: '127.0.0.1', PORT: '0', LOG_LEVEL })
  return cleanup.adopt(await ports.startService({ env }), (service) => service.close())
}

/** `sre-agent watch`: the cluster's Warning events into a service. */
export async function watchCommand(argv: string[], ports: CliPorts): Promise<number> {
  const plan = readPlan(argv)
  await using cleanup = new AsyncDisposableStack()
  const cluster = await ports.openCluster(cleanEnvironment(ports.env))
  cleanup.defer(() => cluster.close())
  const service = await serviceOf(plan, ports, cleanup)
  const scope = plan.namespace === undefined ? 'all namespaces' : `namespace ${plan.namespace}`
  ports.stderr.write(`Watching ${scope} of ${printable(cluster.context)}; events go to ${service.url}\n`)
  await run(plan, service, cluster, ports)
  return exitCodes.ok
}

/** An event as the API server gives it: its uid, count and time tell the service when it is told the same thing again. */
export function eventObject(event: ClusterEvent): Record<string, unknown> {
  const { kind, namespace, name, uid } = event.regarding
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { uid: event.uid, ...(event.namespace && { namespace: event.namespace }) },
    type: event.type,
    reason: event.reason,
    message: event.message,
    involvedObject: { kind, ...(namespace && { namespace }), name, ...(uid && { uid }) },
    count: event.count,
    firstTimestamp: event.first_seen,
    lastTimestamp: event.last_seen,
  }
}

/** Undefined: the service has it. A line: it will never take it. */
async function deliver(event: ClusterEvent, ports: ForwardPorts, signal: AbortSignal): Promise<string | undefined> {
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted()
    const answer = await ports.post(eventObject(event)).catch((error: unknown) => describeFailure(error))
    signal.throwIfAborted()
    if (typeof answer !== 'string' && answer.status < 300) return undefined
    if (typeof answer !== 'string' && isFinal(answer.status)) return describeRefusal(answer)
    const asked = typeof answer === 'string' ? undefined : answer.retryAfter
    const ms = Math.min(longestPause, asked === undefined ? firstPause * 2 ** Math.min(failures, 10) : asked * 1000)
    const why = typeof answer === 'string' ? answer : describeRefusal(answer)
    if (failures === 0 || failures % 10 === 0) ports.say(`The service does not take events (${why}); trying again.`)
    await ports.pause(ms)
  }
}

/** What is wrong with the event itself. Everything else is wrong with the way to the service, and can be mended while the event waits. */
function isFinal(status: number): boolean {
  return [400, 413, 422].includes(status)
}

/**
 * Hands the backlog to the service, one event at a time and in order, until the signal is aborted. An event leaves the backlog
 * only when the service has it or refuses it for good.
 */
export async function forwardEvents(backlog: EventBacklog, ports: ForwardPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const event = backlog.first()
    if (!event) {
      await ports.wake()
      continue
    }
    const refusal = await deliver(event, ports, signal)
    if (refusal !== undefined)
      ports.say(`Refused: ${event.reason} on ${event.regarding.kind} ${event.regarding.name}: ${refusal}`)
    backlog.settle(event, refusal === undefined ? 'forwarded' : 'refused')
    await ports.onSettled()
  }
}
