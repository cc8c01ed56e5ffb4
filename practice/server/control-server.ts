import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type ApiObject, readJsonBody } from './api.ts'
import type { ServerParts } from './api-server.ts'
import { strikes } from './fault.ts'
import { randomBytes, randomUUID } from 'node:crypto'
import { type Cluster, namespaceOfClusterEvents } from './cluster.ts'
import { buildEventForms } from './event-forms.ts'

/** A Warning event to inject; what is left out gets a likely value. */
interface EventRequest {
  namespace: string
  name: string
  kind?: string
  reason?: string
  message?: string
  type?: string
  uid?: string
  count?: number
}

/*
 * The control route: a plain HTTP server on loopback, apart from the cluster's own address, through which tests and benches break
 * the practice cluster, count what reaches it and make something happen in it.
 */

class ControlError extends Error {}

function addFault(body: unknown, parts: ServerParts): object {
  const fault = parts.faults.add(body)
  if (fault.kind !== 'drop') return { ...fault }
  const added = { ...fault }
  for (const watch of parts.watches) {
    if (!parts.faults.list().includes(fault)) break
    if (!strikes(fault, watch.request)) continue
    parts.faults.use(fault)
    watch.drop()
  }
  return added
}

function injectEvent(body: unknown, { cluster }: ServerParts): object {
  const { core, modern } = buildInjectedEvent(cluster, parseEventRequest(body))
  const coreEvents = cluster.catalog.find('', 'v1', 'events')
  const modernEvents = cluster.catalog.find('events.k8s.io', 'v1', 'events')
  if (coreEvents === undefined || modernEvents === undefined) throw new ControlError('events are not served')
  cluster.change('ADDED', modernEvents, modern)
  return cluster.change('ADDED', coreEvents, core)
}

function changeObject(body: unknown, { cluster }: ServerParts): object {
  const { type, object } = (body ?? {}) as { type?: string; object?: ApiObject }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED')
    throw new ControlError('type must be ADDED, MODIFIED or DELETED')
  const resource = cluster.catalog.byKind(object?.apiVersion ?? '', object?.kind ?? '')
  if (object === undefined || resource === undefined || typeof object.metadata?.name !== 'string')
    throw new ControlError('object must have an apiVersion and kind that are served, and a metadata.name')
  return cluster.change(type, resource, object)
}

type Route = (body: unknown, parts: ServerParts, id: string | undefined) => object

const routes: Record<string, Route> = {
  'GET faults': (_body, { faults }) => faults.list(),
  'POST faults': addFault,
  'DELETE faults': (_body, { faults }, id) => {
    faults.clear(id === undefined ? undefined : Number(id))
    return faults.list()
  },
  'GET stats': (_body, { traffic }) => traffic.stats(),
  'DELETE stats': (_body, { traffic }) => {
    traffic.reset()
    return traffic.stats()
  },
  'POST events': injectEvent,
  'POST objects': changeObject,
  'POST compact': (_body, { cluster }) => {
    cluster.compact()
    return { resource_version: String(cluster.version) }
  },
}

async function answer(request: IncomingMessage, parts: ServerParts): Promise<{ code: number; body: object }> {
  const [, root, name, id] = (request.url ?? '/').split('/')
  const route = root === '_practice' ? routes[`${request.method} ${name}`] : undefined
  if (route === undefined) return { code: 404, body: { error: `known routes: ${Object.keys(routes).join(', ')}` } }
  // A page in a browser can post plain text to loopback without asking; it cannot post JSON.
  const type = request.headers['content-type'] ?? ''
  if (request.method === 'POST' && !type.startsWith('application/json'))
    return { code: 415, body: { error: 'content-type must be application/json' } }
  try {
    return { code: 200, body: route(await readJsonBody(request), parts, id) }
  } catch (error) {
    return { code: 400, body: { error: error instanceof Error ? error.message : 'bad request' } }
  }
}

function send(response: ServerResponse, { code, body }: { code: number; body: object }): void {
  response.writeHead(code, { 'Content-Type': 'application/json' })
  response.end(`${JSON.stringify(body)}\n`)
}

/** The control server; not listening yet. */
export function createControlServer(parts: ServerParts): Server {
  return createServer((request, response) => {
    answer(request, parts)
      .then((result) => send(response, result))
      .catch(() => response.destroy())
  })
}

/** Reads a request for an event; the message of its error names the field. */
function parseEventRequest(body: unknown): EventRequest {
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
function buildInjectedEvent(cluster: Cluster, event: EventRequest): { core: ApiObject; modern: ApiObject } {
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
