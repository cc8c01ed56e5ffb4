import type { RequestHandler } from 'express'
import { z } from 'zod'
import { Decision } from '../../domain/decision.ts'
import { IncidentStatus, type IncidentRecord } from '../../domain/incident-record.ts'
import { Incident } from '../../domain/signal.ts'
import { sendProblem } from '../send-problem.ts'
import type { IncidentArchive } from '../service-ports.ts'

/** An incident without its decision. */
export const IncidentSummary = z.object({
  incident_id: z.string(),
  trace_id: z.string(),
  status: IncidentStatus,
  updated_at: z.string(),
  incident: Incident,
})
export type IncidentSummary = z.infer<typeof IncidentSummary>

/** An incident: the decision's own fields as soon as there is one, and always where it stands. */
export const IncidentAnswer = z.union([Decision.extend(IncidentSummary.shape), IncidentSummary])

function summaryOf({ incident, trace_id, status, updated_at }: IncidentRecord): IncidentSummary {
  return { incident_id: incident.id, trace_id, status, updated_at, incident }
}

/** `GET /api/incidents/:id` */
export function oneIncident(archive: IncidentArchive): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const record = await archive.get(request.params.id)
    if (!record) return sendProblem(response, 'SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
    response.json({ ...summaryOf(record), ...record.decision })
  }
}

const defaultLimit = 20
const maxLimit = 200

/** `GET /api/incidents?limit=20`: newest first. */
export function recentIncidents(archive: IncidentArchive): RequestHandler {
  return async (request, response) => {
    const limit = Number(request.query['limit'] ?? defaultLimit)
    if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
      const allowed = `a whole number from 1 to ${maxLimit}`
      const errors = [{ path: 'limit', problem: 'cannot be used', allowed }]
      return sendProblem(response, 'SRE_SERVER_QUERY_INVALID', `limit must be ${allowed}`, { errors })
    }
    const records = await archive.recent(limit)
    response.json({ incidents: records.map((record) => summaryOf(record)) })
  }
}
