import { z } from 'zod'
import { fieldProblems } from '#src/intake/field-problems.ts'
import { EventMetadata, EventSubject, optionalText, optionalTime } from '#src/intake/payload-fields.ts'
import type { SignalSource } from '#src/intake/signal-draft.ts'

const count = z.number().nullish()
const Series = z.object({ lastObservedTime: optionalTime, count }).nullish()

const KubernetesEvent = z
  .object({
    apiVersion: optionalText,
    kind: optionalText,
    metadata: EventMetadata,
    type: optionalText,
    reason: optionalText,
    message: optionalText,
    note: optionalText,
    involvedObject: EventSubject.nullish(),
    regarding: EventSubject.nullish(),
    eventTime: optionalTime,
    lastTimestamp: optionalTime,
    deprecatedLastTimestamp: optionalTime,
    series: Series,
    count,
    deprecatedCount: count,
  })
  .meta({ title: 'An Event of core/v1 or events.k8s.io/v1, or as event exporters post it' })

/** Event objects of core/v1 and events.k8s.io/v1, as the API server gives them. */
export const kubernetesEvent: SignalSource = {
  name: 'kubernetes_event',
  payload: KubernetesEvent,
  recognizes: (body) => body['kind'] === 'Event' || 'regarding' in body,
  read(body) {
    const parsed = KubernetesEvent.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const event = parsed.data
    const field = event.regarding ? 'regarding' : 'involvedObject'
    const subject = event[field]
    if (!subject)
      return { problems: [{ path: field, problem: 'is missing', allowed: 'an object with kind, namespace and name' }] }
    return {
      drafts: [
        {
          source: 'kubernetes_event',
          event_type: event.type,
          namespace: subject.namespace ?? event.metadata?.namespace,
          kind: subject.kind,
          name: subject.name,
          reason: event.reason,
          message: event.message ?? event.note,
          observed_at:
            event.series?.lastObservedTime ??
            event.lastTimestamp ??
            event.eventTime ??
            event.deprecatedLastTimestamp ??
            event.metadata?.creationTimestamp,
          delivery_key: deliveryKey(event),
          paths: { namespace: `${field}.namespace`, kind: `${field}.kind`, name: `${field}.name` },
        },
      ],
    }
  },
}

/** The same object at the same count and time says the same thing. */
function deliveryKey(event: z.output<typeof KubernetesEvent>): string | undefined {
  const uid = event.metadata?.uid
  if (!uid) return undefined
  const times = event.series?.count ?? event.count ?? event.deprecatedCount ?? 1
  const last =
    event.series?.lastObservedTime ?? event.lastTimestamp ?? event.deprecatedLastTimestamp ?? event.eventTime ?? ''
  return `event:${uid}:${times}:${last}`
}
