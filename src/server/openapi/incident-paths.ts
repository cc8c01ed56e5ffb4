import { z } from 'zod'
import { Feedback, FeedbackDraft } from '#src/domain/feedback.ts'
import { CloseBody } from '#src/server/routes/incident-changes.ts'
import { IncidentSignals, PageQuery } from '#src/server/routes/incident-signals.ts'
import { IncidentAnswer, IncidentListQuery, IncidentPage, IncidentSummary } from '#src/server/routes/incidents.ts'
import { jsonAnswer, operation, type Paths } from './operation.ts'

const ById = z.object({ id: z.string() })
const unknown = { 404: 'There is no such incident' }
const notNow = { ...unknown, 409: 'The state of the incident does not allow it' }

function reading(): Paths {
  return {
    '/api/incidents': {
      get: operation({
        id: 'listIncidents',
        summary: 'Incidents, newest first',
        right: 'read',
        query: IncidentListQuery,
        answers: { 200: jsonAnswer('A page', IncidentPage) },
      }),
    },
    '/api/incidents/{id}': {
      get: operation(
        {
          id: 'oneIncident',
          summary: 'One incident: decision, evidence, every step, report',
          right: 'read',
          answers: { 200: jsonAnswer('The incident', IncidentAnswer) },
          refusals: unknown,
        },
        ById,
      ),
    },
  }
}

function following(): Paths {
  return {
    '/api/incidents/{id}/signals': {
      get: operation(
        {
          id: 'incidentSignals',
          summary: 'Its signals, and why they are one problem',
          right: 'read',
          query: PageQuery,
          answers: { 200: jsonAnswer('A page', IncidentSignals) },
          refusals: unknown,
        },
        ById,
      ),
    },
    '/api/incidents/{id}/events': {
      get: operation(
        {
          id: 'incidentEvents',
          summary: 'Its steps as they come (server-sent events)',
          description:
            'The id of an event is its seq: Last-Event-ID, or after, resumes behind it. Ends with an event named end when the incident is over.',
          right: 'read',
          query: z.object({
            after: z
              .string()
              .regex(/^\d{1,15}$/)
              .optional(),
          }),
          answers: {
            200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
            204: { description: 'The incident is over, and all of it was heard' },
          },
          refusals: unknown,
        },
        ById,
      ),
    },
  }
}

const afterwards = { 200: jsonAnswer('Done', IncidentSummary), 202: jsonAnswer('Queued for a run', IncidentSummary) }

function changing(): Paths {
  return {
    '/api/incidents/{id}/rerun': {
      post: operation(
        { id: 'rerunIncident', summary: 'Look at it anew', right: 'operate', answers: afterwards, refusals: notNow },
        ById,
      ),
    },
    '/api/incidents/{id}/requeue': {
      post: operation(
        {
          id: 'requeueIncident',
          summary: 'Give what broke or expired another chance',
          right: 'operate',
          answers: afterwards,
          refusals: notNow,
        },
        ById,
      ),
    },
    '/api/incidents/{id}/close': {
      post: operation(
        {
          id: 'closeIncident',
          summary: 'Say that it is over',
          right: 'operate',
          body: { schema: CloseBody, example: { reason: 'rolled back by hand' }, optional: true },
          answers: { 200: jsonAnswer('Closed', IncidentSummary) },
          refusals: notNow,
        },
        ById,
      ),
    },
    '/api/incidents/{id}/feedback': {
      post: operation(
        {
          id: 'giveFeedback',
          summary: 'Say what you think of the decision',
          right: 'operate',
          body: { schema: FeedbackDraft, example: { verdict: 'right' } },
          answers: { 201: jsonAnswer('Kept', Feedback) },
          refusals: notNow,
        },
        ById,
      ),
    },
  }
}

/** Incidents: looking at them, and what people do to them. */
export function incidentPaths(): Paths {
  return { ...reading(), ...following(), ...changing() }
}
