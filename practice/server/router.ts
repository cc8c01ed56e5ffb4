import {
  type Answer,
  badRequest,
  expiredContinue,
  forbidden,
  jsonAnswer,
  notFound,
  notRecorded,
  textAnswer,
  tooOldVersion,
  unknownResource,
} from './answer.ts'
import type { ApiRequest } from './api.ts'
import type { ServedResource } from './catalog.ts'
import type { Cluster } from './cluster.ts'
import type { FaultList } from './fault.ts'
import { answerLog } from './logs.ts'
import { answerReview } from './reviews.ts'
import { renderTable } from './table.ts'
import type { StoredObject } from './collection.ts'
import { parseSelection } from './selection.ts'

/** What answering needs. */
export interface RouterDependencies {
  cluster: Cluster
  faults: FaultList
  /** The body of a review of this kind, parsed. */
  readReview: (kind: string) => Promise<unknown>
}

interface ContinueToken {
  v: string
  rv: number
  start: string
}

const separator = '\u0000'

function answerPlainPath(request: ApiRequest, cluster: Cluster): Answer {
  const path = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path
  if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) return textAnswer(200, 'ok')
  const document = cluster.catalog.documents.get(path)
  return document === undefined ? pageNotFound() : jsonAnswer(200, document)
}

function pageNotFound(): Answer {
  const answer = textAnswer(404, '404 page not found\n')
  answer.headers['X-Content-Type-Options'] = 'nosniff'
  return answer
}

function answerRead(request: ApiRequest, resource: ServedResource, cluster: Cluster): Answer {
  if (!cluster.covers(resource, request)) throw notRecorded(request)
  if (request.verb === 'list') return jsonAnswer(200, listBody(request, resource, cluster))
  const stored = cluster.collection(resource).find(request.namespace, request.name ?? '')
  if (stored === undefined) throw notFound(request)
  const metadata = { resourceVersion: String(cluster.version) }
  const text = request.table === true ? renderTable([stored.object], resource, metadata) : stored.alone
  return jsonAnswer(200, Buffer.from(`${text}\n`))
}

function answerPodLog(request: ApiRequest, cluster: Cluster): Answer {
  const pods = cluster.catalog.find('', 'v1', 'pods')
  if (pods === undefined || !cluster.covers(pods, request)) throw notRecorded(request)
  const pod = cluster.collection(pods).find(request.namespace, request.name ?? '')
  if (pod === undefined) throw notFound(request)
  return answerLog(request, pod.object, cluster)
}

/** The resource that a request is about; refused as the real server does where the address makes no sense. */
export function resolveResource(request: ApiRequest, cluster: Cluster): ServedResource {
  const resource = cluster.catalog.find(request.group, request.version, request.resource)
  if (resource === undefined || resource.verbs.length === 0) throw unknownResource()
  if (!resource.namespaced && request.namespace !== undefined) throw unknownResource()
  if (resource.namespaced && request.name !== undefined && request.namespace === undefined)
    throw badRequest('an empty namespace may not be set when a resource name is provided')
  return resource
}

/** Answers everything but watches. */
export async function answerRequest(request: ApiRequest, dependencies: RouterDependencies): Promise<Answer> {
  const { cluster } = dependencies
  if (request.resource === '') return request.method === 'GET' ? answerPlainPath(request, cluster) : pageNotFound()
  if (!cluster.catalog.hasVersion(request.group, request.version)) return pageNotFound()
  const resource = resolveResource(request, cluster)
  if (request.method === 'POST' && request.subresource === undefined) {
    const review = resource.name.startsWith('selfsubject') ? await dependencies.readReview(resource.kind) : undefined
    const answer = answerReview(resource, review, dependencies)
    if (answer !== undefined) return answer
  }
  if (!['GET', 'HEAD'].includes(request.method)) throw forbidden(request, 'this practice cluster is read-only')
  if (request.subresource === 'log' && request.resource === 'pods') return answerPodLog(request, cluster)
  if (request.subresource !== undefined) throw unknownResource()
  return answerRead(request, resource, cluster)
}

function encodeToken(version: number, start: string): string {
  const token: ContinueToken = { v: 'meta.k8s.io/v1', rv: version, start: `${start}${separator}` }
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

function decodeToken(text: string): ContinueToken {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Partial<ContinueToken>
    if (token.v === 'meta.k8s.io/v1' && typeof token.rv === 'number' && typeof token.start === 'string')
      return { v: token.v, rv: token.rv, start: token.start }
  } catch {
    throw badRequest('continue key is not valid: illegal base64 data or JSON')
  }
  throw badRequest('continue key is not valid: unrecognized version')
}

/** The key after which a page begins; undefined for the first page. */
function startAfter(request: ApiRequest, cluster: Cluster): string | undefined {
  const text = request.query.get('continue')
  if (text === null || text === '') return undefined
  const { rv, start } = decodeToken(text)
  const key = start.replace(separator, '')
  if (rv !== -1 && rv < cluster.oldest) {
    const token: ContinueToken = { v: 'meta.k8s.io/v1', rv: -1, start }
    throw expiredContinue(Buffer.from(JSON.stringify(token)).toString('base64url'))
  }
  return request.namespace === undefined ? key : `${request.namespace}${key}`
}

function parseLimit(request: ApiRequest): number {
  const text = request.query.get('limit') ?? '0'
  if (!/^\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`)
  return text === '0' ? Number.POSITIVE_INFINITY : Number(text)
}

function checkVersion(request: ApiRequest, cluster: Cluster): void {
  const version = request.query.get('resourceVersion') ?? ''
  if (request.query.get('resourceVersionMatch') !== 'Exact' || version === '') return
  if (Number(version) < cluster.oldest) throw tooOldVersion(version, cluster.oldest)
}

function renderPage(
  page: StoredObject[],
  metadata: Record<string, unknown>,
  resource: ServedResource,
  table: boolean,
): Buffer {
  if (table) {
    const objects = page.map(({ object }) => object)
    return Buffer.from(`${renderTable(objects, resource, metadata)}\n`)
  }
  const items = page.map((stored) => stored.inList).join(',')
  const head = `{"kind":"${resource.kind}List","apiVersion":"${resource.group_version}","metadata":`
  return Buffer.from(`${head}${JSON.stringify(metadata)},"items":[${items}]}\n`)
}

function makeBody(request: ApiRequest, resource: ServedResource, cluster: Cluster): Buffer {
  const after = startAfter(request, cluster)
  const limit = parseLimit(request)
  const selected = parseSelection(request, resource)
  const all = cluster.collection(resource).objects(request.namespace)
  const rest =
    after === undefined ? all : all.slice(all.findIndex(({ key }) => key > after)).filter(({ key }) => key > after)
  const matching = selected === undefined ? rest : rest.filter(selected)
  const page = matching.slice(0, limit)
  const last = page.at(-1)
  const version = cluster.version
  const more = last === undefined || matching.length <= page.length ? undefined : last.key
  const metadata: Record<string, unknown> = { resourceVersion: String(version) }
  if (more !== undefined) {
    const start = request.namespace === undefined ? more : more.slice(request.namespace.length)
    metadata['continue'] = encodeToken(version, start)
    if (selected === undefined) metadata['remainingItemCount'] = matching.length - page.length
  }
  return renderPage(page, metadata, resource, request.table === true)
}

/** The body of a list; the same question gets the same bytes until something changes. */
function listBody(request: ApiRequest, resource: ServedResource, cluster: Cluster): Buffer {
  checkVersion(request, cluster)
  const { query, namespace } = request
  // Ages are written out in a table: it is made again each time.
  if (request.table === true) return makeBody(request, resource, cluster)
  const asked = ['labelSelector', 'fieldSelector', 'limit', 'continue'].map((key) => query.get(key))
  const key = JSON.stringify([cluster.version, cluster.oldest, namespace, ...asked])
  return cluster.collection(resource).body(key, () => makeBody(request, resource, cluster))
}
