import { z } from 'zod'
import { EventMetadata, EventSubject, maxItems, optionalText, optionalTime } from '#src/intake/payload-fields.ts'
import {
  type DeliveryFacts,
  type DraftResult,
  type FieldProblem,
  type SignalDraft,
  type SignalSource,
  fieldProblems,
} from '#src/intake/signal-source.ts'
import { isRecord } from '#src/util/is-record.ts'

/** One shape of an event: how it is recognized and how it is read. */
interface EventShape extends Pick<SignalSource, 'payload' | 'read'> {
  recognizes(body: Record<string, unknown>): boolean
}

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
const kubernetesEvent: EventShape = {
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

/** kubernetes-event-exporter and kin: an event object without apiVersion and kind, its involvedObject enriched with labels. */
const exportedEvent: EventShape = {
  payload: kubernetesEvent.payload,
  recognizes: (body) => 'involvedObject' in body,
  read(body, facts) {
    const result = kubernetesEvent.read(body, facts)
    if (!('drafts' in result)) return result
    return { drafts: result.drafts.map((draft) => ({ ...draft, source: 'event_exporter' })) }
  },
}

const RoutedEvent = z
  .object({
    verb: z.enum(['ADDED', 'UPDATED', 'MODIFIED']),
    event: z.record(z.string(), z.unknown()),
  })
  .meta({ title: 'An event as eventrouter posts it' })

/** eventrouter: `{verb, event, old_event?}`, the event an event object of core/v1. */
const routedEvent: EventShape = {
  payload: RoutedEvent,
  recognizes: (body) => 'verb' in body && 'event' in body,
  read(body, facts) {
    const parsed = RoutedEvent.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const result = kubernetesEvent.read(parsed.data.event, facts)
    if ('problems' in result)
      return { problems: result.problems.map((found) => ({ ...found, path: `event.${found.path}` })) }
    if (!('drafts' in result)) return result
    return {
      drafts: result.drafts.map((draft) => {
        const { namespace, kind, name } = draft.paths
        const paths = { namespace: `event.${namespace}`, kind: `event.${kind}`, name: `event.${name}` }
        return { ...draft, source: 'event_exporter', paths }
      }),
    }
  },
}

const KubewatchMessage = z
  .object({
    eventmeta: z.object({ kind: optionalText, name: optionalText, namespace: optionalText, reason: optionalText }),
    text: optionalText,
    time: optionalTime,
  })
  .meta({ title: 'A message of kubewatch' })

/** kubewatch's webhook: `{eventmeta: {kind, name, namespace, reason}, text, time}`; its name may read `namespace/name`. */
const kubewatchMessage: EventShape = {
  payload: KubewatchMessage,
  recognizes: (body) => 'eventmeta' in body,
  read(body) {
    const parsed = KubewatchMessage.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const { eventmeta, text, time } = parsed.data
    const [name, namespace] = (eventmeta.name ?? '').split('/', 2).toReversed()
    return {
      drafts: [
        {
          source: 'event_exporter',
          namespace: eventmeta.namespace ?? namespace,
          kind: eventmeta.kind,
          name: name || undefined,
          reason: eventmeta.reason,
          message: text,
          observed_at: time,
          paths: { namespace: 'eventmeta.namespace', kind: 'eventmeta.kind', name: 'eventmeta.name' },
        },
      ],
    }
  },
}

/** The first shape that recognizes an object reads it. */
export const eventShapes: readonly EventShape[] = [routedEvent, kubewatchMessage, kubernetesEvent, exportedEvent]
/** An event in any of the shapes. */
export const eventPayloads = [kubernetesEvent.payload, routedEvent.payload, kubewatchMessage.payload] as const
const event = z.union(eventPayloads)

/** Events of Kubernetes as the API server or an exporter gives them: one, a list, or an EventList. */
export const kubernetes: SignalSource = {
  path: '/webhook/kubernetes',
  summary: 'Event objects of Kubernetes, and what event exporters send',
  payload: z
    .union([event, z.array(event).max(maxItems), z.object({ items: z.array(event).max(maxItems) })])
    .meta({ title: 'Events of Kubernetes: one, a list, or an EventList' }),
  read(body, facts) {
    if (Array.isArray(body)) return readAll(body, '', facts)
    if (isRecord(body) && Array.isArray(body['items'])) return readAll(body['items'], 'items.', facts)
    return readOne(body, '', facts)
  },
}

function readAll(items: readonly unknown[], path: string, facts: DeliveryFacts): DraftResult {
  if (items.length > maxItems)
    return {
      problems: [{ path: path.replace('.', ''), problem: 'is too long', allowed: `at most ${maxItems} items` }],
    }
  const drafts: SignalDraft[] = []
  const problems: FieldProblem[] = []
  for (const [index, item] of items.entries()) {
    const result = readOne(item, `${path}${index}.`, facts)
    if ('problems' in result) problems.push(...result.problems)
    else if ('drafts' in result) drafts.push(...result.drafts)
  }
  return problems.length > 0 ? { problems } : { drafts }
}

function readOne(item: unknown, prefix: string, facts: DeliveryFacts): DraftResult {
  const shape = isRecord(item) ? eventShapes.find((candidate) => candidate.recognizes(item)) : undefined
  if (!shape) {
    const path = prefix.replace(/\.$/, '')
    return {
      problems: [
        { path, problem: 'is no event of a known shape', allowed: 'an Event object, or one as exporters post it' },
      ],
    }
  }
  const result = shape.read(item, facts)
  if ('problems' in result)
    return { problems: result.problems.map((found) => ({ ...found, path: `${prefix}${found.path}` })) }
  if (!('drafts' in result)) return result
  return { drafts: result.drafts.map((draft) => ({ ...draft, paths: prefixed(draft.paths, prefix) })) }
}

function prefixed({ namespace, kind, name }: SignalDraft['paths'], prefix: string): SignalDraft['paths'] {
  return { namespace: `${prefix}${namespace}`, kind: `${prefix}${kind}`, name: `${prefix}${name}` }
}
