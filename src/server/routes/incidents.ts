import type { RequestHandler } from 'express'
import { z } from 'zod'
import { CatalogueRecord } from '#src/domain/catalogue.ts'
import { Decision, Outcome } from '#src/domain/decision.ts'
import { expireApprovals } from '#src/domain/expire-approvals.ts'
import { type IncidentRecord, IncidentStatus } from '#src/domain/incident-record.ts'
import { Priority } from '#src/domain/severity.ts'
import { Incident } from '#src/domain/signal.ts'
import { TimelineEntry } from '#src/domain/timeline.ts'
import { buildReport } from '#src/reporting/decision-report.ts'
import { renderMarkdown } from '#src/reporting/render-markdown.ts'
import { cursor, moment, name, someOf, wholeNumber } from '#src/server/query-fields.ts'
import { readInput } from '#src/server/read-input.ts'
import { sendProblem } from '#src/server/send-problem.ts'
import type { IncidentArchive, ServerDeps } from '#src/server/service-ports.ts'
import { whereToLook } from '#src/server/related-links.ts'

/** An incident without its decision. */
export const IncidentSummary = z.object({
  incident_id: z.string(),
  trace_id: z.string(),
  status: IncidentStatus,
  status_reason: z.string().optional(),
  priority: Priority,
  updated_at: z.string(),
  failures: z.number().int(),
  expires_at: z.string().optional(),
  available_at: z.string().optional(),
  merged_into: z.string().optional(),
  closed_at: z.string().optional(),
  outcome: Outcome.optional(),
  incident: Incident,
})
export type IncidentSummary = z.infer<typeof IncidentSummary>

/** A page of incidents. */
export const IncidentPage = z.object({ incidents: z.array(IncidentSummary), next_cursor: z.string().optional() })

const Story = {
  /** Every step so far, oldest first. */
  timeline: z.array(TimelineEntry),
  /** There are more lines than are shown here; `/events` has all. */
  timeline_cut: z.boolean(),
  /** The decision as a page of Markdown, for people. */
  report: z.string().optional(),
  /** What the catalogue has of its service. Absent where the catalogue could not be read. */
  related_links: z.array(CatalogueRecord).optional(),
  /** The catalogue has more of it than is shown here. */
  related_links_cut: z.boolean().optional(),
  /** The catalogue could not be read: there may be something. */
  related_links_missing: z.literal(true).optional(),
}

/** An incident: the decision's own fields as soon as there is one, and always where it stands and how it came there. */
export const IncidentAnswer = z.union([
  Decision.extend(IncidentSummary.shape).extend(Story),
  IncidentSummary.extend(Story),
])

/** An incident as lists show it. */
export function summaryOf({ incident, decision, ...record }: IncidentRecord): IncidentSummary {
  return { incident_id: incident.id, ...record, ...(decision && { outcome: decision.outcome }), incident }
}

const mostLines = 500

/** `GET /api/incidents/:id` */
export function oneIncident(
  deps: Pick<ServerDeps, 'archive' | 'catalogue' | 'logger'>,
): RequestHandler<{ id: string }> {
  const { archive } = deps
  return async (request, response) => {
    const { id } = request.params
    const [record, lines] = await Promise.all([archive.get(id), archive.timeline(id, 0, mostLines + 1)])
    if (!record) return sendProblem(response, 'SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
    const decision = record.decision && expireApprovals(record.decision, Date.now())
    response.json({
      ...decision,
      ...summaryOf(record),
      timeline: lines.slice(0, mostLines),
      timeline_cut: lines.length > mostLines,
      ...(await whereToLook(record.incident.service, deps)),
      ...(decision && { report: renderMarkdown(buildReport(decision, `/api/incidents/${id}`)) }),
    })
  }
}

/** Filters of the list. */
export const IncidentListQuery = z.strictObject(
  {
    status: someOf(IncidentStatus).optional(),
    namespace: name().optional(),
    service: name().optional(),
    priority: someOf(Priority).optional(),
    outcome: z.enum(Outcome.options, { error: `one of ${Outcome.options.join(', ')}` }).optional(),
    since: moment().optional(),
    cursor: cursor().optional(),
    limit: wholeNumber(1, 200).default(20),
  },
  { error: 'status, namespace, service, priority, outcome, since, cursor, limit' },
)

/** `GET /api/incidents`: newest first, page by page. */
export function listIncidents(archive: IncidentArchive): RequestHandler {
  return async (request, response) => {
    const query = readInput(IncidentListQuery, request.query, 'query', response)
    if (!query) return
    const { items, next_cursor } = await archive.list(query)
    response.json({ incidents: items.map((record) => summaryOf(record)), next_cursor })
  }
}
