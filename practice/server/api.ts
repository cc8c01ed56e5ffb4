import type { IncomingMessage } from 'node:http'

/** A Kubernetes object as it travels on the wire; only what this server looks at is named. */
export interface ApiObject {
  apiVersion?: string
  kind?: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    creationTimestamp?: string
    labels?: Record<string, string>
    [field: string]: unknown
  }
  [field: string]: unknown
}

/** Walks a dotted path of an object; undefined where a step is missing. */
export function fieldAt(value: unknown, path: string): unknown {
  let current: unknown = value
  for (const step of path.split('.')) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string, unknown>)[step]
  }
  return current
}

/** What a request asks for, in the words that permissions use. */
export interface ApiRequest {
  method: string
  path: string
  query: URLSearchParams
  /** The client wants a table of columns, as `kubectl get` does. */
  table?: boolean
  verb: string
  group: string
  version: string
  /** Empty for discovery, health and version. */
  resource: string
  subresource?: string
  namespace?: string
  name?: string
}

const writeVerbs: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch' }

function verbOf(method: string, query: URLSearchParams, name: string | undefined): string {
  if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete'
  const write = writeVerbs[method]
  if (write !== undefined) return write
  if (['true', '1'].includes(query.get('watch') ?? '')) return 'watch'
  return name === undefined ? 'list' : 'get'
}

/** Reads method and address; `group` and `resource` are as given, whether they exist is for the caller. */
export function parseApiRequest(method: string, address: string): ApiRequest {
  const url = new URL(address, 'https://cluster')
  const segments = url.pathname.split('/').filter((segment) => segment !== '')
  const base = { method, path: url.pathname, query: url.searchParams }
  const plain = { ...base, verb: method.toLowerCase(), group: '', version: '', resource: '' }
  const depth = segments[0] === 'api' ? 2 : 3
  if (!['api', 'apis'].includes(segments[0] ?? '') || segments.length <= depth) return plain
  const group = depth === 2 ? '' : (segments[1] ?? '')
  const version = segments[depth - 1] ?? ''
  const rest = segments.slice(depth).map(decodeURIComponent)
  const namespaced = rest[0] === 'namespaces' && rest.length > 2
  const [resource = '', name, subresource] = namespaced ? rest.slice(2) : rest
  return {
    ...base,
    verb: verbOf(method, url.searchParams, name),
    group,
    version,
    resource,
    name,
    subresource,
    namespace: namespaced ? rest[1] : undefined,
  }
}

/** `pods`, `pods/log`: the name under which permissions and faults know it. */
export function resourceName(request: ApiRequest): string {
  return request.subresource === undefined ? request.resource : `${request.resource}/${request.subresource}`
}

const limit = 1_048_576

/** The body of a request. Throws on more than a mebibyte. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array)
    size += bytes.length
    if (size > limit) throw new Error('the body is larger than 1 MiB')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** The JSON body of a request; undefined when there is none. Throws on what is not JSON. */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request)).toString('utf8')
  return text === '' ? undefined : JSON.parse(text)
}
