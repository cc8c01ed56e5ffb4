import { randomBytes, randomUUID } from 'node:crypto'
import type { ApiObject } from './api-object.ts'
import type { Cluster } from './cluster.ts'
import { namespaceOfClusterEvents } from './coverage.ts'
import { buildEventForms } from './event-forms.ts'

/** A Warning event to inject; what is left out gets a likely value. */
export interface EventRequest {
  namespace: string
  name: string
  kind?: string
  reason?: string
  message?: string
  type?: string
  uid?: string
  count?: number
}

/** Reads a request for an event; the message of its error names the field. */
export function parseEventRequest(body: unknown): EventRequest {
  if (typeof body !== 'object' || body === null) throw new Error('an event is a JSON object')
  const fields = body as Record<string, unknown>
  for (const field of ['namespace', 'name'])
    if (typeof fields[field] !== 'string' || fields[field] === '') throw new Error(`${field} is required`)
  for (const field of ['kind', 'reason', 'message', 'type', 'uid'])
    if (fields[field] !== undefined && typeof fields[field] !== 'string') throw new Error(`${field} must be a string`)
  if (fields['count'] !== undefined && typeof fields['count'] !== 'number') throw new Error('count must be a number')
  return fields as unknown as EventRequest
}

function findRegarding(cluster: Cluster, event: EventRequest): ApiObject | undefined {
  const kind = event.kind ?? 'Pod'
  const resource = cluster.catalog.resources.find((each) => each.kind === kind && !each.name.includes('/'))
  if (resource === undefined) return undefined
  const namespace = resource.namespaced ? event.namespace : undefined
  const object = cluster.collection(resource).find(namespace, event.name)?.object
  return object === undefined ? undefined : { apiVersion: resource.group_version, ...object }
}

/** The event that was asked for, about the object that it names where that exists. */
export function buildInjectedEvent(cluster: Cluster, event: EventRequest): { core: ApiObject; modern: ApiObject } {
  const { namespace, name, kind = 'Pod' } = event
  if (!cluster.namespaces.has(namespace) && namespace !== namespaceOfClusterEvents)
    throw new Error(`namespace must be one that is served, not ${namespace}`)
  const now = `${new Date().toISOString().slice(0, 19)}Z`
  const object = findRegarding(cluster, event)
  const uid = event.uid ?? object?.metadata.uid
  return buildEventForms({
    metadata: {
      name: `${name}.${randomBytes(8).toString('hex')}`,
      namespace,
      uid: randomUUID(),
      creationTimestamp: now,
    },
    regarding: { apiVersion: object?.apiVersion ?? 'v1', kind, namespace, name, uid },
    reason: event.reason ?? 'BackOff',
    message: event.message ?? 'Back-off restarting failed container',
    type: event.type ?? 'Warning',
    count: event.count ?? 1,
    first: now,
    last: now,
    source: { component: 'kubelet' },
  })
}
