import type { ClusterEvent } from '../domain/kubernetes/event.ts'
import type { EventBacklog } from './event-backlog.ts'
import { type DecideResponse, describeFailure, describeRefusal } from './post-decide.ts'

/** How a backlog reaches a service. Times and pauses are given, so that a test need not wait. */
export interface ForwardPorts {
  post(body: unknown): Promise<DecideResponse>
  pause(ms: number): Promise<void>
  /** Resolves when the backlog may have something new. */
  wake(): Promise<void>
  /** After each event that is settled. */
  onSettled(): Promise<void>
  say(line: string): void
}

/** An event in the shape of POST /decide. */
export function signalOf(event: ClusterEvent): Record<string, unknown> {
  const { kind, namespace, name } = event.regarding
  return {
    event_type: event.type,
    // An event about a node lies in a namespace that says nothing about the node.
    ...(namespace && { namespace }),
    resource_kind: kind,
    resource_name: name,
    event_data: {
      reason: event.reason,
      message: event.message,
      count: event.count,
      first_seen: event.first_seen,
      last_seen: event.last_seen,
    },
  }
}

const firstPause = 500
const longestPause = 30_000

/** Undefined: the service has it. A line: it will never take it. */
async function deliver(event: ClusterEvent, ports: ForwardPorts, signal: AbortSignal): Promise<string | undefined> {
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted()
    const answer = await ports.post(signalOf(event)).catch((error: unknown) => describeFailure(error))
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

function isFinal(status: number): boolean {
  return status >= 300 && status < 500 && ![408, 425, 429].includes(status)
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
