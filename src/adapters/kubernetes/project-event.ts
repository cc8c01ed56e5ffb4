import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'

/** The fields of both event APIs; every one of them may be absent or null. */
interface RawEvent {
  metadata?: { uid?: string; name?: string; namespace?: string; creationTimestamp?: string | null }
  type?: string
  reason?: string
  message?: string
  note?: string
  count?: number | null
  deprecatedCount?: number | null
  firstTimestamp?: string | null
  deprecatedFirstTimestamp?: string | null
  lastTimestamp?: string | null
  deprecatedLastTimestamp?: string | null
  eventTime?: string | null
  series?: { count?: number | null; lastObservedTime?: string | null } | null
  involvedObject?: RawReference
  regarding?: RawReference
  reportingComponent?: string
  reportingController?: string
  source?: { component?: string } | null
  deprecatedSource?: { component?: string } | null
}
interface RawReference {
  kind?: string
  namespace?: string
  name?: string
  uid?: string
  fieldPath?: string
}

const maxMessageLength = 4_096

/** An event of core/v1 or events.k8s.io/v1 in one shape; undefined where it does not say what it is about. */
export function projectEvent(raw: unknown): ClusterEvent | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined
  const event: RawEvent = raw
  const regarding = event.involvedObject ?? event.regarding
  const name = regarding?.name
  if (!regarding?.kind || !name) return undefined
  const namespace = event.metadata?.namespace ?? regarding.namespace ?? ''
  const times = timesOf(event)
  return {
    uid: event.metadata?.uid ?? `${namespace}/${event.metadata?.name ?? name}`,
    namespace,
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    message: (event.message ?? event.note ?? '').slice(0, maxMessageLength),
    regarding: {
      kind: regarding.kind,
      ...(regarding.namespace ? { namespace: regarding.namespace } : {}),
      name,
      ...(regarding.uid ? { uid: regarding.uid } : {}),
      ...(regarding.fieldPath ? { fieldPath: regarding.fieldPath } : {}),
    },
    count: Math.max(1, event.series?.count ?? event.count ?? event.deprecatedCount ?? 1),
    ...times,
    reporter: reporterOf(event),
  }
}

/** Schedulers fill eventTime and series, kubelets the old pair; the rest is null. */
function timesOf(event: RawEvent): Pick<ClusterEvent, 'first_seen' | 'last_seen'> {
  const created = event.metadata?.creationTimestamp ?? undefined
  const single = event.eventTime ?? created
  const old = event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? undefined
  const latest = event.lastTimestamp ?? event.deprecatedLastTimestamp ?? undefined
  const first = old ?? single ?? latest ?? event.series?.lastObservedTime ?? new Date(0).toISOString()
  return { first_seen: first, last_seen: event.series?.lastObservedTime ?? latest ?? single ?? first }
}

function reporterOf(event: RawEvent): string | undefined {
  const names = [
    event.reportingComponent,
    event.reportingController,
    event.source?.component,
    event.deprecatedSource?.component,
  ]
  return names.find((name) => name !== undefined && name !== '')
}
