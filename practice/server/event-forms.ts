import type { ApiObject } from './api.ts'

/** What an event says, whichever API shows it. */
export interface EventContent {
  metadata: ApiObject['metadata']
  regarding: Record<string, unknown>
  reason: string
  message: string
  type: string
  count: number
  first: string
  last: string
  source: { component: string; host?: string }
}

/** The same event as both APIs show it: the real server keeps one and answers two. */
export function buildEventForms(content: EventContent): { core: ApiObject; modern: ApiObject } {
  const { metadata, regarding, reason, message, type, count, first, last, source } = content
  const common = { kind: 'Event', metadata, reason, type, eventTime: null, reportingInstance: source.host ?? '' }
  return {
    core: {
      apiVersion: 'v1',
      ...common,
      involvedObject: regarding,
      message,
      count,
      source,
      firstTimestamp: first,
      lastTimestamp: last,
      reportingComponent: source.component,
    },
    modern: {
      apiVersion: 'events.k8s.io/v1',
      ...common,
      regarding,
      note: message,
      deprecatedCount: count,
      deprecatedSource: source,
      deprecatedFirstTimestamp: first,
      deprecatedLastTimestamp: last,
      reportingController: source.component,
    },
  }
}
