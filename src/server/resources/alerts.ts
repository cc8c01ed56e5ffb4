import { z } from 'zod'
import { AdmissionResult, SignalRecord } from '#src/domain/admission-result.ts'
import { QueueView } from '#src/domain/queue-view.ts'
import { SignalSourceName } from '#src/domain/signal.ts'
import { cursor, moment, name, someOf, wholeNumber } from '#src/server/input-fields.ts'
import { type Resource, route } from '#src/server/route.ts'

const AlertPage = z.object({ alerts: z.array(SignalRecord), next_cursor: z.string().optional() })

const ListQuery = z.strictObject(
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

const QueueQuery = z.strictObject({ limit: wholeNumber(1, 500).default(50) }, { error: 'limit' })

/** Received signals, and the queue of incidents. */
export const alerts: Resource = {
  tag: 'alerts',
  routes: [
    route({
      method: 'get',
      path: '/alerts',
      id: 'listAlerts',
      summary: 'Received signals and what became of them, newest first',
      right: 'read',
      query: ListQuery,
      answers: { 200: { description: 'A page', json: AlertPage } },
      async handle({ query }, { archive }) {
        const { items, next_cursor } = await archive.recentSignals(query)
        return { json: { alerts: items, next_cursor } }
      },
    }),
    route({
      method: 'get',
      path: '/alerts/queue',
      id: 'alertQueue',
      summary: 'Running and waiting incidents, in order',
      right: 'read',
      query: QueueQuery,
      answers: { 200: { description: 'The queue', json: QueueView } },
      handle: async ({ query }, { queue }) => ({ json: await queue(query.limit) }),
    }),
  ],
}
