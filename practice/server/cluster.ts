import type { ApiObject, ApiRequest } from './api.ts'
import type { Catalog, ServedResource } from './catalog.ts'
import { type Change, Collection } from './collection.ts'
import { type Incident, type LogRecording, SetupError } from './incident.ts'

/** Kinds that a recording holds whole for its own namespaces: none of them there means that there was none. */
const recordedInNamespace: ReadonlySet<string> = new Set([
  'Pod',
  'Event',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'ControllerRevision',
  'Job',
  'CronJob',
  'Service',
  'Endpoints',
  'EndpointSlice',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'PersistentVolumeClaim',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Ingress',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'Role',
  'RoleBinding',
])

/** Kinds of the whole cluster that every recording holds whole: none of them there means that there was none. */
const recordedWhole: ReadonlySet<string> = new Set(['Node', 'PersistentVolume', 'StorageClass', 'PriorityClass'])

/** Kinds of the whole cluster that were recorded only where they mattered: none of them proves nothing. */
const recordedInPart: ReadonlySet<string> = new Set([
  'Namespace',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
])

/** Where the events of nodes and other objects without a namespace lie; nothing else of it was recorded. */
export const namespaceOfClusterEvents = 'default'

/** Several incidents as one cluster: what is shared is merged by name, each keeps its namespaces. */
export class Cluster {
  readonly catalog: Catalog
  readonly namespaces = new Map<string, Incident>()
  /** The version of the newest change. */
  version = 1
  /** Versions below this one have been forgotten: lists cannot be continued nor watches resumed from them. */
  oldest = 1
  readonly #collections = new Map<string, Collection>()

  constructor(catalog: Catalog, incidents: Incident[]) {
    this.catalog = catalog
    for (const incident of incidents) this.#claim(incident)
    for (const incident of incidents) this.#load(incident)
    this.oldest = this.version
  }

  #claim(incident: Incident): void {
    for (const namespace of incident.namespaces) {
      const other = this.namespaces.get(namespace)
      if (other !== undefined)
        throw new SetupError(
          `--incidents: ${other.name} and ${incident.name} both hold the namespace ${namespace}; serve one of them`,
        )
      this.namespaces.set(namespace, incident)
    }
  }

  #load(incident: Incident): void {
    for (const object of [...incident.objects, ...incident.events]) {
      const resource = this.catalog.byKind(object.apiVersion ?? '', object.kind ?? '')
      if (resource === undefined) continue
      this.collection(resource).load(object)
      this.version = Math.max(this.version, Number(object.metadata.resourceVersion ?? 0))
    }
  }

  /** The objects of a resource, none where nothing was recorded. */
  collection(resource: ServedResource): Collection {
    const key = `${resource.group_version}/${resource.name}`
    const known = this.#collections.get(key)
    if (known !== undefined) return known
    const created = new Collection(resource)
    this.#collections.set(key, created)
    return created
  }

  /** Whether the recordings speak about what is asked: only then is an empty answer the truth. */
  covers(resource: ServedResource, { namespace, name }: Pick<ApiRequest, 'namespace' | 'name'>): boolean {
    if (resource.namespaced) {
      if (!recordedInNamespace.has(resource.kind)) return false
      if (namespace === undefined || this.namespaces.has(namespace)) return true
      return resource.kind === 'Event' && namespace === namespaceOfClusterEvents
    }
    if (recordedWhole.has(resource.kind)) return true
    if (!recordedInPart.has(resource.kind)) return false
    if (resource.kind === 'Namespace' && name !== undefined) return this.namespaces.has(name)
    return this.collection(resource).size > 0
  }

  /** Changes an object after the start; it gets a new version, and watches are notified. */
  change(type: Change['type'], resource: ServedResource, object: ApiObject): ApiObject {
    this.version += 1
    const versioned = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } }
    this.collection(resource).apply(type, versioned, this.version)
    return versioned
  }

  /** Forgets the past: older versions and continue tokens answer 410 from now on. */
  compact(): void {
    this.version += 1
    this.oldest = this.version
  }

  /** A container's log as recorded; undefined where the recording says nothing. */
  readLog(namespace: string, pod: string, container: string, previous: boolean): LogRecording | undefined {
    return this.namespaces.get(namespace)?.readLog(pod, container, previous)
  }
}
