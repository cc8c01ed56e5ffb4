import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Secret } from '#src/domain/kubernetes/cluster.ts'
import type { FieldOwner, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind, ObservedKinds } from '#src/domain/kubernetes/observed-kinds.ts'
import type {
  ClusterDescription,
  ClusterReader,
  EventsRequest,
  GetAnswer,
  GetRequest,
  ListAnswer,
  ListRequest,
} from '#src/observation/port.ts'
import type { ClusterHttp } from './cluster-http.ts'
import { describeRefusal } from './describe-refusal.ts'
import { getWithRetries, parseJson } from './http-answer.ts'
import { type KindPath, kindPaths, resourcePath } from './kind-paths.ts'
import { projectEvent } from './project-event.ts'
import { readList } from './read-list.ts'

const descriptionTimeoutMs = 3_000

const descriptionLifetimeMs = 60_000

const maxDescriptionBytes = 1_048_576

const coreEvents: KindPath = { api_version: 'v1', plural: 'events', namespaced: true }

const newEvents: KindPath = { api_version: 'events.k8s.io/v1', plural: 'events', namespaced: true }

const maxOwners = 30

const maxPaths = 400

const roots: ReadonlySet<string> = new Set(['f:spec', 'f:data', 'f:binaryData'])

type RawObject = Record<string, unknown> & { metadata?: Record<string, unknown> }

/** Copies of whole manifests, with secret values in clear, and notes of tools: no rule reads them. */
const droppedAnnotations =
  /^kubectl\.kubernetes\.io\/last-applied-configuration$|^kapp\.k14s\.io\/original|\/last-applied/

/** As many as a kubelet reports by default. */
const maxImages = 50

const maxAnnotationLength = 2_048

const needsSpec: ReadonlySet<ObservedKind> = new Set<ObservedKind>([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Service',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
])

/** Reads a cluster through its HTTP API and returns our own types; secret values do not pass. */
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
    const answer = await getWithRetries(this.#http, call, signal)
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
    if (known && performance.now() - known.at < descriptionLifetimeMs) return known.value
    const [version, groups] = await Promise.all([this.#read('/version', signal), this.#read('/apis', signal)])
    const value = { ...versionOf(version), ...groupsOf(groups) }
    if (value.version !== undefined && value.groups !== undefined) this.#description = { at: performance.now(), value }
    return value
  }

  /** Requested each time: an answer shows that the cluster is reachable. */
  async version(signal: AbortSignal): Promise<string | undefined> {
    return versionOf(await this.#read('/version', signal)).version
  }

  async #read(path: string, signal: AbortSignal): Promise<unknown> {
    const call = { path, timeout_ms: descriptionTimeoutMs, max_bytes: maxDescriptionBytes }
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

/** The server reports a missing object by a Status; a path that is not served by plain text or a Status without a name. */
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

/** The `managedFields` of an object as it was sent: managers, times and the paths below spec and data, nothing else of them. */
export function projectFieldOwners(raw: unknown): FieldOwner[] {
  const { metadata } = (raw ?? {}) as { metadata?: { managedFields?: unknown } }
  const entries = Array.isArray(metadata?.managedFields) ? metadata.managedFields : []
  return entries.slice(0, maxOwners).flatMap((entry: unknown) => {
    const { manager, operation, subresource, time, fieldsV1 } = (entry ?? {}) as Record<string, unknown>
    if (typeof manager !== 'string' || typeof operation !== 'string') return []
    const paths = pathsOf(fieldsV1)
    if (paths.length === 0) return []
    return [
      {
        manager,
        operation,
        paths,
        ...(typeof subresource === 'string' && subresource !== '' ? { subresource } : {}),
        ...(typeof time === 'string' ? { time } : {}),
      },
    ]
  })
}

function pathsOf(fields: unknown): string[] {
  const paths: string[] = []
  for (const [key, value] of entriesOf(fields)) if (roots.has(key)) collect(paths, key.slice(2), value)
  return paths
}

/** Leaves, and everything that is owned as a whole (`.`) without a leaf of its own below it. */
function collect(paths: string[], path: string, value: unknown): void {
  if (paths.length >= maxPaths) return
  const children = entriesOf(value).filter(([key]) => key !== '.')
  if (children.length === 0) paths.push(path)
  for (const [key, child] of children) collect(paths, `${path}${stepOf(key, path)}`, child)
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** `f:image` is a field, `k:{"name":"web"}` an item of a list by its keys, `v:"x"` an item of a set, `i:0` one by its place. */
function stepOf(key: string, path: string): string {
  const [kind, rest] = [key.slice(0, 2), key.slice(2)]
  if (kind === 'f:') return path === 'data' || path === 'binaryData' ? `[${rest}]` : `.${rest}`
  if (kind !== 'k:') return `[${rest.replaceAll('"', '')}]`
  const keys = parseKeys(rest)
  return `[${keys.join('/')}]`
}

function parseKeys(text: string): string[] {
  try {
    const keys: unknown = JSON.parse(text)
    return entriesOf(keys).map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)))
  } catch {
    return [text]
  }
}

/**
 * An item as the server sends it, brought into our own type: undefined where it has no identity. Items of a list lack kind and
 * apiVersion, so both are set. Field ownership, the annotations above and image lists are dropped, and so are secret values.
 */
export function projectObject<K extends ObservedKind>(
  kind: K,
  apiVersion: string,
  raw: unknown,
): ObservedKinds[K] | undefined {
  if (!isRawObject(raw)) return undefined
  const { name, uid } = raw.metadata ?? {}
  if (typeof name !== 'string' || name === '') return undefined
  const metadata = { ...raw.metadata, name, uid: typeof uid === 'string' ? uid : '' }
  if ('managedFields' in metadata) delete metadata.managedFields
  const object = { ...raw, apiVersion, kind, metadata }
  if (kind === 'Secret') return projectSecret(object) as KubernetesObject as ObservedKinds[K]
  dropAnnotations(metadata)
  if (kind === 'Node') keepImageTags(object)
  complete(kind, object)
  return object as KubernetesObject as ObservedKinds[K]
}

function isRawObject(raw: unknown): raw is RawObject {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}

/** Built from a list of what may stay, so that no unexpected field adds a value. */
function projectSecret(object: RawObject): Secret {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels, ownerReferences } =
    object.metadata as unknown as KubernetesObject['metadata']
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      creationTimestamp,
      deletionTimestamp,
      labels,
      ownerReferences,
    },
    type: typeof object['type'] === 'string' ? object['type'] : undefined,
    keys: Object.keys(isRawObject(object['data']) ? object['data'] : {}),
  }
}

function dropAnnotations(metadata: Record<string, unknown>): void {
  if (!isRawObject(metadata['annotations'])) return
  const kept = Object.entries(metadata['annotations']).filter(
    ([key, value]) => !droppedAnnotations.test(key) && typeof value === 'string' && value.length <= maxAnnotationLength,
  )
  metadata['annotations'] = Object.fromEntries(kept)
}

/** Of the images that a node holds only the names with a tag are of use: they prove which tags exist. */
function keepImageTags(node: Record<string, unknown>): void {
  const { images, volumesAttached: _attached, ...status } = (node['status'] ?? {}) as Record<string, unknown>
  const entries = Array.isArray(images) ? images.filter(isRawObject).slice(0, maxImages) : []
  const tagged = entries.flatMap(({ names }) => {
    const tags = Array.isArray(names) ? names.filter((name) => typeof name === 'string' && !name.includes('@')) : []
    return tags.length > 0 ? [{ names: tags }] : []
  })
  node['status'] = { ...status, images: tagged }
}

/** Rules rely on these without asking; a narrow or odd server may leave them out. */
function complete(kind: ObservedKind, object: Record<string, unknown>): void {
  if (kind === 'Pod') object['spec'] = { containers: [], ...(object['spec'] as object | undefined) }
  else if (needsSpec.has(kind)) object['spec'] ??= {}
}
