import type { Request, Response } from 'express'
import { z } from 'zod'
import { AdmissionResult } from '#src/domain/admission-result.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import { Decision } from '#src/domain/decision.ts'
import type { SignalSource } from '#src/intake/port.ts'
import { Refusal } from '#src/server/problems.ts'
import { type Call, type Reply, type Resource, route } from '#src/server/route.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'
import { deliver } from './signals.ts'

const Query = z.object({
  wait: z
    .enum(['true', 'false', '1', '0'], { error: 'true or false' })
    .optional()
    .meta({ description: 'false (or 0): answer at once with 202' }),
})

const Accepted = z.object({
  incident_id: z.string().optional(),
  trace_id: z.string(),
  status: AdmissionResult.shape.status,
  joined: z.boolean(),
  signals: z.array(AdmissionResult),
})

const waits = (wait: unknown) => wait !== 'false' && wait !== '0'

const shared = {
  method: 'post' as const,
  description:
    'Accepts our own plain shape, an Event object of core/v1 or events.k8s.io/v1, or what event exporters send. Only the namespace is required (except for cluster-scoped kinds). Repeats of a problem join its incident. A client that disconnects stops no run. With wait=false a forwarder may send it, too.',
  right: 'ask' as const,
  /** A caller that does not wait only delivers a signal, as a forwarder may. */
  rightFor: (request: Request) => (waits(request.query['wait']) ? ('ask' as const) : ('signal' as const)),
  query: Query,
  answers: {
    200: { description: 'The decision', json: Decision },
    202: {
      description: 'Stored; the decision will be at the address in Location',
      json: Accepted,
      headers: { Location: 'Address of the incident' },
    },
  },
  refusals: { 409: 'No run answers it: it is silenced, or its incident has ended without a decision' },
  async handle(call: Call<unknown, z.output<typeof Query>>, deps: ServerDeps): Promise<Reply | undefined> {
    const since = new Date().toISOString()
    const wait = waits(call.query.wait)
    const delivered = await deliver(call, deps, { source: 'decide', wants_answer: wait })
    if ('json' in delivered) return delivered
    const [first] = delivered.signals
    if (!first) throw new Error('intake accepted a delivery without a signal')
    return wait ? decisionFor(first, since, call.response, deps) : accepted(first, delivered.signals, call.trace_id)
  },
}

function accepted({ incident_id, status }: AdmissionResult, signals: AdmissionResult[], trace_id: string): Reply {
  return {
    status: 202,
    ...(incident_id !== undefined && { headers: { Location: `/api/incidents/${incident_id}` } }),
    json: { incident_id, trace_id, status, joined: status === 'joined', signals },
  }
}

async function decisionFor(
  admitted: AdmissionResult,
  since: string,
  response: Response,
  { commands }: Pick<ServerDeps, 'commands'>,
): Promise<Reply | undefined> {
  const { incident_id, status, reason } = admitted
  if (incident_id === undefined || status === 'suppressed')
    throw new Refusal('SRE_INTAKE_NOT_RUN', reason, { signals: [admitted] })
  const disconnected = new AbortController()
  response.once('close', () => disconnected.abort())
  try {
    const decision = await commands.wait(incident_id, { since, signal: disconnected.signal })
    return { headers: { 'Content-Location': `/api/incidents/${incident_id}` }, json: decision }
  } catch (error) {
    if (disconnected.signal.aborted) return undefined
    if (!(error instanceof CodedError)) throw error
    throw new Refusal(error.code, error.message, { incident_id })
  }
}

/** `POST /decide`: the decision, or with `?wait=false` 202 and the address of the incident. */
export function decide({ path, summary, example }: SignalSource): Resource {
  const parts = { ...shared, summary, body: { payload: 'decide' as const, example } }
  return {
    tag: 'decide',
    schemas: { Decision },
    routes: [
      route({ ...parts, path, id: 'decide' }),
      route({ ...parts, path: '/decision', id: 'decision', deprecated: true }),
    ],
  }
}
