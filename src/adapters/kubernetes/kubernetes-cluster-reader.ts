import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { ObservedKind, ObservedKinds } from '#src/domain/kubernetes/objects.ts'
import type {
  ClusterDescription,
  ClusterReader,
  EventsRequest,
  GetAnswer,
  GetRequest,
  ListAnswer,
  ListRequest,
} from '#src/observation/cluster-reader.ts'
import type { ClusterHttp } from './cluster-http.ts'
import { describeRefusal } from './describe-refusal.ts'
import { getWithPatience } from './get-with-patience.ts'
import { kindPaths, resourcePath, type KindPath } from './kind-paths.ts'
import { parseJson } from './parse-json.ts'
import { projectEvent } from './project-event.ts'
import { projectFieldOwners } from './project-field-owners.ts'
import { projectObject } from './project-object.ts'
import { readList } from './read-list.ts'

const descriptionTimeout = 3_000
const descriptionLifetime = 60_000
const largestDescription = 1_048_576

const coreEvents: KindPath = { api_version: 'v1', plural: 'events', namespaced: true }
const newEvents: KindPath = { api_version: 'events.k8s.io/v1', plural: 'events', namespaced: true }

/** Reads a cluster through its HTTP API and hands out our own types; secret values do not pass. */
export class KubernetesClusterReader implements ClusterReader {
  readonly #http: ClusterHttp
  readonly #pageSize: number
  #description: { at: number; value: ClusterDescription } | undefined

  constructor(http: ClusterHttp, pageSize: number) {
    this.#http = http
    this.#pageSize = pageSize
  }

  async list<K extends ObservedKind>(
    request: ListRequest<K>,
    signal: AbortSignal,
  ): Promise<ListAnswer<ObservedKinds[K]>> {
    const path = kindPaths[request.kind]
    return this.#list(path, request, signal, (raw) => projectObject(request.kind, path.api_version, raw))
  }

  async get<K extends ObservedKind>(
    { kind, namespace, name, ownership, limits }: GetRequest<K>,
    signal: AbortSignal,
  ): Promise<GetAnswer<ObservedKinds[K]>> {
    const path = kindPaths[kind]
    const subject = { verb: 'get' as const, resource: path.plural, api_version: path.api_version, namespace, name }
    const { timeout_ms, max_bytes } = limits
    const call = { path: resourcePath(path, namespace, name), timeout_ms, max_bytes }
    const answer = await getWithPatience(this.#http, call, signal)
    if (answer.kind === 'problem') return describeRefusal(answer, subject)
    const parsed = parseJson(answer.body)
    if (answer.status === 404 && isNotFound(parsed)) return { status: 'not_found' }
    if (answer.status !== 200) return describeRefusal(answer, subject)
    const item = projectObject(kind, path.api_version, parsed)
    if (item) {
      if (ownership) item.metadata.fieldOwners = projectFieldOwners(parsed)
      return { status: 'ok', item, bytes: answer.body.byteLength }
    }
    return describeRefusal({ kind: 'problem', problem: 'broken', why: 'the answer is not a valid object' }, subject)
  }

  /** core/v1 first; where a role or server refuses it, events.k8s.io/v1, which holds the same events. */
  async events(request: EventsRequest, signal: AbortSignal): Promise<ListAnswer<ClusterEvent>> {
    const core = await this.#list(coreEvents, request, signal, projectEvent)
    if (core.status !== 'forbidden' && core.status !== 'not_served') return withoutRepeats(core)
    const selector = request.field_selector?.replaceAll('involvedObject.', 'regarding.')
    const renamed = await this.#list(newEvents, { ...request, field_selector: selector }, signal, projectEvent)
    return renamed.status === 'ok' ? withoutRepeats(renamed) : core
  }

  async describe(signal: AbortSignal): Promise<ClusterDescription> {
    const known = this.#description
    if (known && performance.now() - known.at < descriptionLifetime) return known.value
    const [version, groups] = await Promise.all([this.#read('/version', signal), this.#read('/apis', signal)])
    const value = { ...versionOf(version), ...groupsOf(groups) }
    if (value.version !== undefined && value.groups !== undefined) this.#description = { at: performance.now(), value }
    return value
  }

  /** Asked anew each time: whether it answers tells whether the cluster is in reach. */
  async version(signal: AbortSignal): Promise<string | undefined> {
    return versionOf(await this.#read('/version', signal)).version
  }

  async #read(path: string, signal: AbortSignal): Promise<unknown> {
    const call = { path, timeout_ms: descriptionTimeout, max_bytes: largestDescription }
    const answer = await this.#http.get(call, signal)
    return answer.kind === 'answer' && answer.status === 200 ? parseJson(answer.body) : undefined
  }

  async #list<T>(
    path: KindPath,
    request: EventsRequest & { label_selector?: string },
    signal: AbortSignal,
    project: (raw: unknown) => T | undefined,
  ): Promise<ListAnswer<T>> {
    const query = { fieldSelector: request.field_selector, labelSelector: request.label_selector }
    const { plural, api_version } = path
    const subject = { verb: 'list' as const, resource: plural, api_version, namespace: request.namespace }
    const call = { path: resourcePath(path, request.namespace), query, subject, limits: request.limits, project }
    return readList(this.#http, { ...call, page_size: this.#pageSize }, signal)
  }
}

/** A missing object is told by a Status; a path that is not served by plain text or a Status without a name. */
function isNotFound(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false
  const { kind, reason, details } = body as { kind?: unknown; reason?: unknown; details?: { name?: unknown } }
  return kind === 'Status' && reason === 'NotFound' && typeof details?.name === 'string' && details.name !== ''
}

function withoutRepeats(answer: ListAnswer<ClusterEvent>): ListAnswer<ClusterEvent> {
  if (answer.status !== 'ok') return answer
  const byUid = new Map(answer.items.map((event) => [event.uid, event]))
  return { ...answer, items: [...byUid.values()] }
}

function versionOf(body: unknown): ClusterDescription {
  if (typeof body !== 'object' || body === null || !('gitVersion' in body)) return {}
  return typeof body.gitVersion === 'string' ? { version: body.gitVersion } : {}
}

function groupsOf(body: unknown): ClusterDescription {
  if (typeof body !== 'object' || body === null || !('groups' in body) || !Array.isArray(body.groups)) return {}
  const names = (body.groups as { name?: unknown }[]).map((group) => group.name)
  return { groups: names.filter((name): name is string => typeof name === 'string') }
}
