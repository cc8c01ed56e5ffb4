import { setTimeout as pause } from 'node:timers/promises'
import { describeFailure, describeRefusal, postDecide, type ServiceResponse } from '#src/cli/call-service.ts'
import {
  type CliPorts,
  type DefineCommand,
  type EventCluster,
  exitCodes,
  type ServiceAddress,
} from '#src/cli/cli-ports.ts'
import { cleanEnvironment } from '#src/cli/find-service.ts'
import { addHelpEnd, flags, toOption, wholeOption } from '#src/cli/options.ts'
import { readWatchState, writeWatchState, type WatchState } from '#src/cli/watch-state.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import { printable } from '#src/reporting/printable.ts'
import { refKey } from '#src/domain/resource-ref.ts'

interface WatchOptions {
  to?: string
  namespace?: string
  state: string
  since: number
  buffer: number
}

const description = `Forwards the cluster's Warning events to a service (POST /webhook/kubernetes) until it is stopped. Repeats of a reason on an object within a minute are merged.

While the service does not answer, up to --buffer events wait here and the others in the cluster, which usually keeps events for one hour. After a restart the command resumes where it stopped; the service recognizes the events that are sent again. SRE_AGENT_TOKEN is the token, where the service needs one (role forwarder).`

/** Counts of the events of a watch. */
interface BacklogCounts {
  seen: number
  forwarded: number
  /** Repeats of the same reason on the same object within the window. */
  merged: number
  /** The service refused them for good. */
  refused: number
}

export interface BacklogLimits {
  /** Most events that wait; beyond it no more should be offered. */
  capacity: number
  /** Within this time one event of an object and reason represents all. */
  window_ms: number
  /** Number of events that are remembered as done. */
  memory: number
}

const defaults: BacklogLimits = { capacity: 1000, window_ms: 60_000, memory: 2000 }

/**
 * The events between a watch and a service: bounded, each once, bursts merged. Its state says where a new watch has to begin, so
 * that no waiting event is lost with the process.
 */
export class EventBacklog {
  readonly counts: BacklogCounts = { seen: 0, forwarded: 0, merged: 0, refused: 0 }
  readonly #limits: BacklogLimits
  readonly #now: () => number
  readonly #waiting: ClusterEvent[] = []
  readonly #done: Set<string>
  readonly #bursts = new Map<string, number>()
  #newest: string

  constructor(state: WatchState, now: () => number, limits: Partial<BacklogLimits> = {}) {
    this.#done = new Set(state.seen)
    this.#newest = state.since
    this.#now = now
    this.#limits = { ...defaults, ...limits }
  }

  get size(): number {
    return this.#waiting.length
  }

  /** No more fits: the reader of events should pause until some are settled. */
  get isFull(): boolean {
    return this.#waiting.length >= this.#limits.capacity
  }

  /** Adds an event. */
  offer(event: ClusterEvent): void {
    if (event.type !== 'Warning' || this.#done.has(keyOf(event)) || this.#isWaiting(event)) return
    this.counts.seen++
    if (event.last_seen > this.#newest) this.#newest = event.last_seen
    if (this.#isBurst(event)) {
      this.counts.merged++
      this.#finish(event)
      return
    }
    this.#waiting.push(event)
  }

  /** The event that has waited longest. */
  first(): ClusterEvent | undefined {
    return this.#waiting[0]
  }

  /** Removes an event: the service has accepted it, or refuses it for good. */
  settle(event: ClusterEvent, how: 'forwarded' | 'refused'): void {
    const index = this.#waiting.indexOf(event)
    if (index !== -1) this.#waiting.splice(index, 1)
    this.counts[how]++
    this.#finish(event)
  }

  /** What to remember for the next start. */
  state(): WatchState {
    const oldest = this.#waiting.map((event) => event.last_seen).toSorted()[0]
    return { since: oldest !== undefined && oldest < this.#newest ? oldest : this.#newest, seen: [...this.#done] }
  }

  #isWaiting(event: ClusterEvent): boolean {
    const key = keyOf(event)
    return this.#waiting.some((other) => keyOf(other) === key)
  }

  #isBurst(event: ClusterEvent): boolean {
    const burst = burstOf(event)
    const now = this.#now()
    const started = this.#bursts.get(burst)
    if (started !== undefined && now - started < this.#limits.window_ms) return true
    this.#bursts.delete(burst)
    this.#bursts.set(burst, now)
    forgetOldest(this.#bursts, this.#limits.memory)
    return false
  }

  #finish(event: ClusterEvent): void {
    this.#done.add(keyOf(event))
    forgetOldest(this.#done, this.#limits.memory)
  }
}

/** `sre-agent watch`: the cluster's Warning events into a service. */
export const define: DefineCommand = (command, run) => {
  command
    .description(description)
    .addOption(toOption('one in this process, with the configured store'))
    .option(flags.namespace, 'only this namespace (default: all)')
    .option('--state <file>', 'file that remembers which events are forwarded', 'data/watch-state.json')
    .addOption(
      wholeOption(
        '--since <minutes>',
        'at the very first start: forward events of the last minutes',
        [0, 1440],
      ).default(10),
    )
    .addOption(wholeOption('--buffer <n>', 'events that wait here at most', [1, 100_000]).default(1000))
    .action((options: WatchOptions) => run((ports) => watch(options, ports)))
  addHelpEnd(command, {
    examples: ['sre-agent watch --to http://127.0.0.1:8000', 'sre-agent watch -n shop --since 60'],
    exits: ['0  stopped by a signal', '2  the command line is wrong', '3  the watch could not start'],
  })
}

// Times of events are whole seconds, and events arrive out of order: a watch resumes a little earlier, and skips what is done by its key.
const overlapMs = 60_000

/** How a backlog reaches a service. Pauses are injected, so that a test need not wait. */
interface ForwardPorts {
  post(body: unknown): Promise<ServiceResponse>
  pause(ms: number): Promise<void>
  /** Resolves when the backlog may have something new. */
  wake(): Promise<void>
  /** After each event that is settled. */
  onSettled(): Promise<void>
  say(line: string): void
}

const firstPauseMs = 500

const maxPauseMs = 30_000

/** Lets one loop wait until another one has something for it. */
class Wakeup {
  #waiter: PromiseWithResolvers<void> | undefined

  /** Resolves at the next `notify`. */
  wait(): Promise<void> {
    this.#waiter ??= Promise.withResolvers<void>()
    return this.#waiter.promise
  }

  notify(): void {
    this.#waiter?.resolve()
    this.#waiter = undefined
  }
}

async function pumpEvents(
  cluster: EventCluster,
  { backlog, wake, room }: { backlog: EventBacklog; wake: Wakeup; room: Wakeup },
  namespace: string | undefined,
  ports: { signal: AbortSignal; say: (line: string) => void },
): Promise<void> {
  const { signal, say } = ports
  for (let failures = 0; !signal.aborted; failures++) {
    const since = new Date(Date.parse(backlog.state().since) - overlapMs).toISOString()
    const onProblem = ({ why, needs }: { why: string; needs: string }) =>
      say(`The watch has stopped: ${why} (needs ${needs}). It is retried.`)
    try {
      for await (const event of cluster.watchEvents({ namespace, since, onProblem }, signal)) {
        failures = 0
        backlog.offer(event)
        wake.notify()
        // Without room no further event is read: later ones stay in the cluster meanwhile.
        while (backlog.isFull && !signal.aborted) await room.wait()
      }
    } catch (error) {
      if (!signal.aborted) say(`The watch broke: ${describeFailure(error)}. It is started again.`)
    }
    await pause(Math.min(30_000, 200 * 2 ** Math.min(failures, 8)), undefined, { signal }).catch(() => undefined)
  }
}

async function forwardAll(
  options: WatchOptions,
  service: ServiceAddress,
  cluster: EventCluster,
  ports: CliPorts,
): Promise<void> {
  const stop = new AbortController()
  const signal = AbortSignal.any([ports.signal, stop.signal])
  const say = (line: string) => void ports.stderr.write(`${printable(line)}\n`)
  const start = new Date(Date.now() - options.since * 60_000).toISOString()
  const state = (await readWatchState(options.state)) ?? { since: start, seen: [] }
  const backlog = new EventBacklog(state, Date.now, { capacity: options.buffer })
  const [wake, room] = [new Wakeup(), new Wakeup()]
  const notifyAll = () => [wake, room].forEach((wakeup) => wakeup.notify())
  signal.addEventListener('abort', notifyAll, { once: true })
  // Written before any event is read: if the process ends before it forwards one, the next start still begins here.
  await writeWatchState(options.state, backlog.state())
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
        await writeWatchState(options.state, backlog.state())
        room.notify()
      },
      say,
    },
    signal,
  ).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  try {
    await Promise.all([forward, pumpEvents(cluster, { backlog, wake, room }, options.namespace, { signal, say })])
  } finally {
    stop.abort()
  }
  await writeWatchState(options.state, backlog.state())
  const { seen, forwarded, merged, refused } = backlog.counts
  say(
    `Events: ${seen} seen, ${forwarded} forwarded, ${merged} merged, ${refused} refused, ${backlog.size} left for the next start.`,
  )
}

/** The service of `--to`, or one in this process. */
async function serviceOf(
  to: string | undefined,
  ports: CliPorts,
  cleanup: AsyncDisposableStack,
): Promise<ServiceAddress> {
  if (to !== undefined) return { url: to, token: ports.env['SRE_AGENT_TOKEN'] }
  const LOG_LEVEL = ports.env['LOG_LEVEL'] || 'warn'
  const env = cleanEnvironment(ports.env, { HOST: '127.0.0.1', PORT: '0', LOG_LEVEL })
  return cleanup.adopt(await ports.startService({ env }), (service) => service.close())
}

async function watch(options: WatchOptions, ports: CliPorts): Promise<number> {
  await using cleanup = new AsyncDisposableStack()
  const cluster = await ports.openCluster(cleanEnvironment(ports.env))
  cleanup.defer(() => cluster.close())
  const service = await serviceOf(options.to, ports, cleanup)
  const scope = options.namespace === undefined ? 'all namespaces' : `namespace ${options.namespace}`
  ports.stderr.write(`Watching ${scope} of ${printable(cluster.context)}. Events go to ${service.url}.\n`)
  await forwardAll(options, service, cluster, ports)
  return exitCodes.ok
}

/** An event as the API server sends it: by its uid, count and time the service recognizes a repeat. */
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

/** Undefined: the service has accepted the event. A text: why it never will. */
async function deliver(event: ClusterEvent, ports: ForwardPorts, signal: AbortSignal): Promise<string | undefined> {
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted()
    const answer = await ports.post(eventObject(event)).catch((error: unknown) => describeFailure(error))
    signal.throwIfAborted()
    if (typeof answer !== 'string' && answer.status < 300) return undefined
    if (typeof answer !== 'string' && isFinal(answer.status)) return describeRefusal(answer)
    const wanted = typeof answer === 'string' ? undefined : answer.retryAfter
    const ms = Math.min(maxPauseMs, wanted === undefined ? firstPauseMs * 2 ** Math.min(failures, 10) : wanted * 1000)
    const why = typeof answer === 'string' ? answer : describeRefusal(answer)
    if (failures === 0 || failures % 10 === 0)
      ports.say(`The service does not accept events (${why}). They are sent again.`)
    await ports.pause(ms)
  }
}

/** Only these are faults of the event itself. Everything else can be repaired while the event waits. */
function isFinal(status: number): boolean {
  return [400, 413, 422].includes(status)
}

/**
 * Sends the backlog to the service, one event at a time and in order, until the signal is aborted. An event leaves the backlog
 * only when the service has accepted it or refuses it for good.
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

/** One observation of an event: a repeat has another count or time. */
function keyOf(event: ClusterEvent): string {
  return `${event.uid} ${event.count} ${event.last_seen}`
}

function burstOf(event: ClusterEvent): string {
  return `${refKey(event.regarding)} ${event.reason}`
}

function forgetOldest(kept: Set<string> | Map<string, unknown>, limit: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= limit) return
    kept.delete(key)
  }
}
