import type { RequestHandler } from 'express'
import { z } from 'zod'
import { AdmissionResult, SignalRecord } from '#src/domain/admission-result.ts'
import { SignalSourceName } from '#src/domain/signal.ts'
import { cursor, moment, name, someOf, wholeNumber } from '#src/server/query-fields.ts'
import { readInput } from '#src/server/read-input.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'

/** A page of what came in. */
export const AlertPage = z.object({ alerts: z.array(SignalRecord), next_cursor: z.string().optional() })

/** Filters of the list. */
export const AlertListQuery = z.strictObject(
  {
    status: someOf(AdmissionResult.shape.status).optional(),
    source: z.enum(SignalSourceName.options, { error: `one of ${SignalSourceName.options.join(', ')}` }).optional(),
    namespace: name().optional(),
    since: moment().optional(),
    cursor: cursor().optional(),
    limit: wholeNumber(1, 200).default(50),
  },
  { error: 'status, source, namespace, since, cursor, limit' },
)

/** `GET /alerts`: what came in and what became of it, newest first. */
export function listAlerts({ archive }: Pick<ServerDeps, 'archive'>): RequestHandler {
  return async (request, response) => {
    const query = readInput(AlertListQuery, request.query, 'query', response)
    if (!query) return
    const { items, next_cursor } = await archive.recentSignals(query)
    response.json({ alerts: items, next_cursor })
  }
}

/** How much of the queue. */
export const QueueQuery = z.strictObject({ limit: wholeNumber(1, 500).default(50) }, { error: 'limit' })

/** `GET /alerts/queue`: what runs and what waits, in order. */
export function showQueue({ queue }: Pick<ServerDeps, 'queue'>): RequestHandler {
  return async (request, response) => {
    const query = readInput(QueueQuery, request.query, 'query', response)
    if (query) response.json(await queue(query.limit))
  }
}
