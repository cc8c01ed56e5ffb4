import { z } from 'zod'
import { SignalRecord } from '#src/domain/admission-result.ts'
import { CatalogueRecord } from '#src/domain/catalogue.ts'
import { Decision, Outcome } from '#src/domain/decision.ts'
import { expireApprovals } from '#src/domain/expire-approvals.ts'
import { Feedback, FeedbackDraft } from '#src/domain/feedback.ts'
import { type IncidentRecord, IncidentStatus } from '#src/domain/incident-record.ts'
import { Priority } from '#src/domain/severity.ts'
import { Incident } from '#src/domain/signal.ts'
import { TimelineEntry } from '#src/domain/timeline.ts'
import { buildReport } from '#src/reporting/decision-report.ts'
import { renderMarkdown } from '#src/reporting/render-markdown.ts'
import type { Actor } from '#src/incidents/port.ts'
import { Refusal } from '#src/server/problems.ts'
import { cursor, freeText, moment, name, someOf, wholeNumber } from '#src/server/input-fields.ts'
import { type Call, idParams, type Reply, type Resource, route } from '#src/server/route.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'

/** An incident without its decision. */
const IncidentSummary = z.object({
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
type IncidentSummary = z.infer<typeof IncidentSummary>

const IncidentPage = z.object({ incidents: z.array(IncidentSummary), next_cursor: z.string().optional() })

const detailFields = {
  /** Every step so far, oldest first. */
  timeline: z.array(TimelineEntry),
  /** There are more lines than are shown here; `/events` has all. */
  timeline_cut: z.boolean(),
  /** The decision as a page of Markdown, for people. */
  report: z.string().optional(),
  /** The catalogue's entries of its service. Absent where the catalogue could not be read. */
  related_links: z.array(CatalogueRecord).optional(),
  /** The catalogue has more entries than are shown here. */
  related_links_cut: z.boolean().optional(),
  /** The catalogue could not be read: there may be entries. */
  related_links_missing: z.literal(true).optional(),
}

/** The decision's own fields as soon as there is one, and always the incident's state and history. */
const IncidentAnswer = z.union([
  Decision.extend(IncidentSummary.shape).extend(detailFields),
  IncidentSummary.extend(detailFields),
])

const ListQuery = z.strictObject(
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

/** The signals of an incident, each with what identified it and why it belongs here. */
const IncidentSignals = z.object({
  incident_id: z.string(),
  fingerprint: z.string(),
  merged_into: z.string().optional(),
  signals: z.array(SignalRecord),
  next_cursor: z.string().optional(),
})

const PageQuery = z.strictObject(
  { cursor: cursor().optional(), limit: wholeNumber(1, 200).default(50) },
  { error: 'cursor, limit' },
)

const CloseBody = z.strictObject(
  { reason: freeText('a reason', 500).default('closed by hand') },
  { error: 'an object with reason' },
)

const maxTimelineLines = 500
const maxLinks = 20

function summaryOf({ incident, decision, ...record }: IncidentRecord): IncidentSummary {
  return { incident_id: incident.id, ...record, ...(decision && { outcome: decision.outcome }), incident }
}

/** The catalogue's entries of a service. An incident is shown also where the catalogue cannot be read, and says so. */
async function relatedLinks(service: string, { catalogue, logger }: Pick<ServerDeps, 'catalogue' | 'logger'>) {
  try {
    const { items, next_cursor } = await catalogue.list({ service, limit: maxLinks })
    return { related_links: items, related_links_cut: next_cursor !== undefined }
  } catch (error) {
    logger.warn({ error }, 'an incident is shown without its entries of the catalogue')
    return { related_links_missing: true }
  }
}

async function showIncident(id: string, deps: ServerDeps): Promise<Reply> {
  const { archive } = deps
  const [record, lines] = await Promise.all([archive.get(id), archive.timeline(id, 0, maxTimelineLines + 1)])
  if (!record) throw unknownIncident()
  const decision = record.decision && expireApprovals(record.decision, Date.now())
  return {
    json: {
      ...decision,
      ...summaryOf(record),
      timeline: lines.slice(0, maxTimelineLines),
      timeline_cut: lines.length > maxTimelineLines,
      ...(await relatedLinks(record.incident.service, deps)),
      ...(decision && { report: renderMarkdown(buildReport(decision, `/api/incidents/${id}`)) }),
    },
  }
}

function unknownIncident(): Refusal {
  return new Refusal('SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
}

const byId = idParams('SRE_INCIDENTS_UNKNOWN')
const unknown = { 404: 'There is no such incident' }
const wrongState = { ...unknown, 409: 'The state of the incident does not allow it' }
const changed = {
  200: { description: 'Done', json: IncidentSummary },
  202: { description: 'Queued for a run', json: IncidentSummary },
}

interface Change {
  action: string
  detail?: Record<string, unknown>
  work: (by: Actor) => Promise<IncidentRecord>
}

/** 202 where a run follows, 200 where all is done. */
async function change(call: Call<{ id: string }>, { action, detail, work }: Change): Promise<Reply> {
  const by = { name: call.caller.name, trace_id: call.trace_id }
  const record = await call.audited({ action, target: call.params.id, ...(detail && { detail }) }, () => work(by))
  return { status: record.status === 'queued' ? 202 : 200, json: summaryOf(record) }
}

/** Incidents, and what people do to them. */
export const incidents: Resource = {
  tag: 'incidents',
  below: { path: '/api/incidents', right: 'read' },
  schemas: { IncidentAnswer },
  routes: [
    route({
      method: 'get',
      path: '/api/incidents',
      id: 'listIncidents',
      summary: 'Incidents, newest first',
      right: 'read',
      query: ListQuery,
      answers: { 200: { description: 'A page', json: IncidentPage } },
      async handle({ query }, { archive }) {
        const { items, next_cursor } = await archive.list(query)
        return { json: { incidents: items.map((record) => summaryOf(record)), next_cursor } }
      },
    }),
    route({
      method: 'get',
      path: '/api/incidents/:id',
      id: 'oneIncident',
      summary: 'One incident: decision, evidence, every step, report',
      right: 'read',
      params: byId,
      answers: { 200: { description: 'The incident', json: IncidentAnswer } },
      refusals: unknown,
      handle: ({ params }, deps) => showIncident(params.id, deps),
    }),
    route({
      method: 'get',
      path: '/api/incidents/:id/signals',
      id: 'incidentSignals',
      summary: 'Its signals, and why they are one problem',
      right: 'read',
      params: byId,
      query: PageQuery,
      answers: { 200: { description: 'A page', json: IncidentSignals } },
      refusals: unknown,
      async handle({ params: { id }, query }, { archive }) {
        const record = await archive.get(id)
        if (!record) throw unknownIncident()
        const { items, next_cursor } = await archive.signals(id, query)
        const { fingerprint } = record.incident
        const { merged_into } = record
        return { json: { incident_id: id, fingerprint, merged_into, signals: items, next_cursor } }
      },
    }),
    route({
      method: 'post',
      path: '/api/incidents/:id/rerun',
      id: 'rerunIncident',
      summary: 'Investigate the incident again',
      right: 'operate',
      params: byId,
      answers: changed,
      refusals: wrongState,
      handle: (call, { commands }) =>
        change(call, { action: 'incident.rerun', work: (by) => commands.rerun(call.params.id, by) }),
    }),
    route({
      method: 'post',
      path: '/api/incidents/:id/requeue',
      id: 'requeueIncident',
      summary: 'Queue a failed or expired incident again',
      right: 'operate',
      params: byId,
      answers: changed,
      refusals: wrongState,
      handle: (call, { commands }) =>
        change(call, { action: 'incident.requeue', work: (by) => commands.requeue(call.params.id, by) }),
    }),
    route({
      method: 'post',
      path: '/api/incidents/:id/close',
      id: 'closeIncident',
      summary: 'Close the incident',
      right: 'operate',
      params: byId,
      body: { schema: CloseBody, example: { reason: 'rolled back by hand' }, optional: true },
      answers: { 200: { description: 'Closed', json: IncidentSummary } },
      refusals: wrongState,
      handle: (call, { commands }) =>
        change(call, {
          action: 'incident.close',
          detail: call.body,
          work: (by) => commands.close(call.params.id, { ...by, ...call.body }),
        }),
    }),
    route({
      method: 'post',
      path: '/api/incidents/:id/feedback',
      id: 'giveFeedback',
      summary: 'Rate the decision',
      right: 'operate',
      params: byId,
      body: { schema: FeedbackDraft, example: { verdict: 'right' } },
      answers: { 201: { description: 'Stored', json: Feedback } },
      refusals: wrongState,
      async handle({ params: { id }, body, caller, trace_id, audited }, { commands }) {
        const action = { action: 'incident.feedback', target: id, detail: { verdict: body.verdict } }
        const by = { name: caller.name, trace_id }
        return { status: 201, json: await audited(action, () => commands.feedback(id, body, by)) }
      },
    }),
  ],
}
