import { setTimeout as pause } from 'node:timers/promises'
import { Decision } from '#src/domain/decision.ts'
import type { ServiceAddress } from './cli-ports.ts'
import { describeFailure, describeRefusal, type ServiceResponse } from './call-service.ts'
import { postDecide } from './post-decide.ts'

/** A decision, or why there is none. */
export type NamespaceAnswer = { decision: Decision } | { why: string }

const tries = 4
const longestWait = 5

/** A service that is full says when it has room again; it is asked again then, a few times. */
async function askPatiently(service: ServiceAddress, body: unknown, signal: AbortSignal): Promise<ServiceResponse> {
  for (let attempt = 1; ; attempt++) {
    const response = await postDecide({ url: service.url, token: service.token, body, signal, timeoutMs: 600_000 })
    if (response.status !== 503 || response.retryAfter === undefined || attempt === tries) return response
    await pause(Math.min(response.retryAfter, longestWait) * 1000, undefined, { signal })
  }
}

/** Asks about one whole namespace. Throws on abort alone. */
export async function askNamespace(
  service: ServiceAddress,
  namespace: string,
  signal: AbortSignal,
): Promise<NamespaceAnswer> {
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
