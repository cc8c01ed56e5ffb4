import { z } from 'zod'
import { kindOf } from '#src/intake/kind-names.ts'
import { optionalText } from '#src/intake/payload-fields.ts'
import { type DraftResult, fieldProblems, type SignalSource } from '#src/intake/signal-source.ts'
import { isRecord } from '#src/util/is-record.ts'
import { eventPayloads, eventShapes } from './kubernetes.ts'

const SimplePayload = z
  .object({
    event_type: optionalText,
    namespace: optionalText,
    resource_kind: optionalText,
    resource_name: optionalText,
    event_data: z
      .object({ reason: optionalText, message: optionalText })
      .nullish()
      .transform((fields) => fields ?? {}),
  })
  .meta({ title: 'The plain shape' })

/**
 * What a caller of /decide sends: an event in any known shape, or our own plain one,
 * `{namespace, resource_kind?, resource_name?, event_type?, event_data?}`.
 */
export const decide: SignalSource = {
  path: '/decide',
  summary: 'Find the cause of a problem and recommend what to do',
  example: {
    event_type: 'Warning',
    namespace: 'payments',
    resource_kind: 'Deployment',
    resource_name: 'payment-gateway',
    event_data: { reason: 'BackOff', message: 'Back-off restarting failed container' },
  },
  payload: z.union([SimplePayload, ...eventPayloads]).meta({ id: 'DecideRequest' }),
  read(body, facts) {
    if (!isRecord(body))
      return { problems: [{ path: '', problem: 'the body is no JSON object', allowed: 'a JSON object' }] }
    return eventShapes.find((shape) => shape.recognizes(body))?.read(body, facts) ?? readSimple(body)
  },
}

function readSimple(body: unknown): DraftResult {
  const parsed = SimplePayload.safeParse(body)
  if (!parsed.success) return { problems: fieldProblems(parsed.error) }
  const { event_type, namespace, resource_kind, resource_name, event_data } = parsed.data
  const isQuestion = !resource_name || !resource_kind || kindOf(resource_kind) === 'Namespace'
  return {
    drafts: [
      {
        source: isQuestion ? 'question' : 'event',
        event_type,
        namespace,
        kind: resource_kind,
        name: resource_name,
        ...event_data,
        paths: { namespace: 'namespace', kind: 'resource_kind', name: 'resource_name' },
      },
    ],
  }
}
