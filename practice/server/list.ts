import type { ApiRequest } from './api-request.ts'
import type { ServedResource } from './catalog.ts'
import type { Cluster } from './cluster.ts'
import type { StoredObject } from './collection.ts'
import { parseSelection } from './selection.ts'
import { badRequest, expiredContinue, tooOldVersion } from './status.ts'
import { renderTable } from './table.ts'

interface ContinueToken {
  v: string
  rv: number
  start: string
}

const separator = '\u0000'

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
export function listBody(request: ApiRequest, resource: ServedResource, cluster: Cluster): Buffer {
  checkVersion(request, cluster)
  const { query, namespace } = request
  // Ages are written out in a table: it is made anew each time.
  if (request.table === true) return makeBody(request, resource, cluster)
  const asked = ['labelSelector', 'fieldSelector', 'limit', 'continue'].map((key) => query.get(key))
  const key = JSON.stringify([cluster.version, cluster.oldest, namespace, ...asked])
  return cluster.collection(resource).body(key, () => makeBody(request, resource, cluster))
}
