import type { RequestHandler } from 'express'
import { z } from 'zod'
import { SignalRecord } from '#src/domain/admission-result.ts'
import { cursor, wholeNumber } from '#src/server/query-fields.ts'
import { readInput } from '#src/server/read-input.ts'
import { sendProblem } from '#src/server/send-problem.ts'
import type { IncidentArchive } from '#src/server/service-ports.ts'

/** The signals of an incident, each with what it was recognised by and why it belongs here. */
export const IncidentSignals = z.object({
  incident_id: z.string(),
  fingerprint: z.string(),
  merged_into: z.string().optional(),
  signals: z.array(SignalRecord),
  next_cursor: z.string().optional(),
})

/** How much of it. */
export const PageQuery = z.strictObject(
  { cursor: cursor().optional(), limit: wholeNumber(1, 200).default(50) },
  { error: 'cursor, limit' },
)

/** `GET /api/incidents/:id/signals`: why these are one problem. */
export function incidentSignals(archive: IncidentArchive): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const query = readInput(PageQuery, request.query, 'query', response)
    if (!query) return
    const { id } = request.params
    const record = await archive.get(id)
    if (!record) return sendProblem(response, 'SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
    const { items, next_cursor } = await archive.signals(id, query)
    const { fingerprint } = record.incident
    response.json({ incident_id: id, fingerprint, merged_into: record.merged_into, signals: items, next_cursor })
  }
}
