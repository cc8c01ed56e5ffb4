import { z } from 'zod'
import { QueueView } from '#src/domain/queue-view.ts'
import { Silence } from '#src/domain/silence.ts'
import { AlertListQuery, AlertPage, QueueQuery } from '#src/server/routes/alerts.ts'
import { AuditPage, AuditQueryFields } from '#src/server/routes/audit.ts'
import { SilenceBody, SilenceList, SilenceQuery } from '#src/server/routes/silences.ts'
import { jsonAnswer, operation, type Paths } from './operation.ts'

const silenceExample = {
  matchers: [{ field: 'namespace', operator: '=', value: 'staging' }],
  ends_at: '2030-01-01T06:00:00Z',
  comment: 'migration of the database',
}

function alertPaths(): Paths {
  return {
    '/alerts': {
      get: operation({
        id: 'listAlerts',
        summary: 'What came in and what became of it, newest first',
        right: 'read',
        query: AlertListQuery,
        answers: { 200: jsonAnswer('A page', AlertPage) },
      }),
    },
    '/alerts/queue': {
      get: operation({
        id: 'alertQueue',
        summary: 'What runs and what waits, in order',
        right: 'read',
        query: QueueQuery,
        answers: { 200: jsonAnswer('The queue', QueueView) },
      }),
    },
  }
}

function silencePaths(): Paths {
  return {
    '/api/silences': {
      get: operation({
        id: 'listSilences',
        summary: 'Silences that have not ended, or all',
        right: 'read',
        query: SilenceQuery,
        answers: { 200: jsonAnswer('Those that begin last first', SilenceList) },
      }),
      post: operation({
        id: 'createSilence',
        summary: 'Keep quiet about what all matchers fit',
        right: 'operate',
        body: { schema: SilenceBody, example: silenceExample },
        answers: { 201: jsonAnswer('The silence', Silence) },
      }),
    },
    '/api/silences/{id}': {
      delete: operation(
        {
          id: 'endSilence',
          summary: 'End a silence now',
          right: 'operate',
          answers: { 200: jsonAnswer('As it stands', Silence) },
          refusals: { 404: 'There is no such silence' },
        },
        z.object({ id: z.string() }),
      ),
    },
  }
}

/** What people on call and admins work with. */
export function operatorPaths(): Paths {
  return {
    ...alertPaths(),
    ...silencePaths(),
    '/api/audit': {
      get: operation({
        id: 'listAudit',
        summary: 'Who did what, newest first',
        right: 'audit',
        query: AuditQueryFields,
        answers: { 200: jsonAnswer('A page', AuditPage) },
      }),
    },
  }
}
