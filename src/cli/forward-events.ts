import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { EventBacklog } from './event-backlog.ts'
import { describeFailure, describeRefusal, type ServiceResponse } from './call-service.ts'

/** How a backlog reaches a service. Times and pauses are given, so that a test need not wait. */
export interface ForwardPorts {
  post(body: unknown): Promise<ServiceResponse>
  pause(ms: number): Promise<void>
  /** Resolves when the backlog may have something new. */
  wake(): Promise<void>
  /** After each event that is settled. */
  onSettled(): Promise<void>
  say(line: string): void
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

const firstPause = 500
const longestPause = 30_000

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
