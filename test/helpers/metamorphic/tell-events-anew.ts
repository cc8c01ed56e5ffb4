import { projectEvent } from '#src/adapters/kubernetes/project-event.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Recording, Retold } from './recording.ts'

/** How an API server may show one event. */
export type EventShape = 'series' | 'event_time_only' | 'deprecated' | 'nameless'

/** The events as another API or another reporter shows them, read by the adapter that reads a cluster's. */
export function tellEventsAnew(recording: Recording, shape: EventShape): Retold {
  const events = recording.snapshot.events.map((event) => projectEvent(shapes[shape](event)) ?? event)
  return { recording: { ...recording, snapshot: { ...recording.snapshot, events } } }
}

const nothing = {
  eventTime: null,
  series: null,
  count: null,
  deprecatedCount: null,
  firstTimestamp: null,
  lastTimestamp: null,
}

const shapes: Record<EventShape, (event: ClusterEvent) => object> = {
  series: (event) => ({
    ...modern(event),
    eventTime: event.first_seen,
    series: { count: event.count, lastObservedTime: event.last_seen },
  }),
  event_time_only: (event) => ({ ...modern(event), eventTime: event.last_seen }),
  deprecated: (event) => ({
    ...modern(event),
    deprecatedCount: event.count,
    deprecatedFirstTimestamp: event.first_seen,
    deprecatedLastTimestamp: event.last_seen,
  }),
  nameless: (event) => ({
    ...nothing,
    metadata: { namespace: event.namespace, name: event.uid, creationTimestamp: event.first_seen },
    type: event.type,
    reason: event.reason,
    message: event.message,
    involvedObject: { ...event.regarding, uid: undefined },
    source: { component: event.reporter },
    firstTimestamp: event.first_seen,
    lastTimestamp: event.last_seen,
    count: event.count,
  }),
}

function modern(event: ClusterEvent): object {
  const { uid, namespace, type, reason, message: note, regarding, reporter: reportingController } = event
  const metadata = { uid, namespace, creationTimestamp: event.first_seen }
  return { ...nothing, metadata, type, reason, note, regarding, reportingController }
}
