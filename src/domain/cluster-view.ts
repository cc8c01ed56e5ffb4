import type { ClusterEvent } from './kubernetes/event.ts'
import { matchesMap } from './kubernetes/label-selector.ts'
import type { Service } from './kubernetes/network.ts'
import type { KubernetesObject, Pod, PodTemplate } from './kubernetes/objects.ts'
import type { ObservedKind, ObservedKinds } from './kubernetes/observed-kinds.ts'
import { type ResourceRef, refKey } from './resource-ref.ts'
import type { Snapshot } from './snapshot.ts'

/** Is an object there? `unseen` where the snapshot does not show it. */
export type Existence = 'present' | 'absent' | 'unseen'

/** A reference to an object of the snapshot. */
export function refOf(object: KubernetesObject): ResourceRef {
  const { namespace, name } = object.metadata
  return namespace ? { kind: object.kind, namespace, name } : { kind: object.kind, name }
}

/** The snapshot with its indexes: built once, read by every rule. */
export class ClusterView {
  readonly snapshot: Snapshot
  /** The clock of the snapshot in milliseconds. */
  readonly now: number
  readonly #byKey = new Map<string, KubernetesObject>()
  readonly #byUid = new Map<string, KubernetesObject>()
  readonly #children = new Map<string, KubernetesObject[]>()
  readonly #eventsByUid = new Map<string, ClusterEvent[]>()
  readonly #eventsByKey = new Map<string, ClusterEvent[]>()
  readonly #absent: Set<string>
  readonly #events = new Map<KubernetesObject, ClusterEvent[]>()
  readonly #workloads = new Map<KubernetesObject, ResourceRef>()
  readonly #pods = new Map<KubernetesObject, Pod[]>()
  readonly #podsOfService = new Map<Service, Pod[]>()
  #labels: LabelIndex | undefined
  #podsByWorkload: Map<string, Pod[]> | undefined

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot
    this.now = Date.parse(snapshot.taken_at)
    this.#absent = new Set(snapshot.absent)
    for (const objects of Object.values(snapshot.objects)) for (const object of objects ?? []) this.#indexObject(object)
    for (const event of snapshot.events) this.#indexEvent(event)
  }

  #indexObject(object: KubernetesObject): void {
    this.#byKey.set(refKey(refOf(object)), object)
    this.#byUid.set(object.metadata.uid, object)
    for (const owner of object.metadata.ownerReferences ?? []) append(this.#children, owner.uid, object)
  }

  #indexEvent(event: ClusterEvent): void {
    if (event.regarding.uid) append(this.#eventsByUid, event.regarding.uid, event)
    append(this.#eventsByKey, refKey(event.regarding), event)
  }

  /** All objects of a kind, of every namespace in the snapshot. */
  list<K extends ObservedKind>(kind: K): ObservedKinds[K][] {
    return this.snapshot.objects[kind] ?? []
  }

  /** One object, or undefined; ask `existence` before taking undefined for "does not exist". */
  get<K extends ObservedKind>(kind: K, namespace: string | undefined, name: string): ObservedKinds[K] | undefined {
    return this.#byKey.get(refKey({ kind, namespace, name })) as ObservedKinds[K] | undefined
  }

  /** The object behind a reference, of any kind. */
  find(ref: ResourceRef): KubernetesObject | undefined {
    return this.#byKey.get(refKey(ref))
  }

  /** Whether an object exists, as far as the snapshot shows it. */
  existence(kind: ObservedKind, namespace: string | undefined, name: string): Existence {
    const key = refKey({ kind, namespace, name })
    if (this.#byKey.has(key)) return 'present'
    if (this.#absent.has(key)) return 'absent'
    return this.covers(kind, namespace) ? 'absent' : 'unseen'
  }

  /** True where the whole list of a kind was seen, so that a missing name is proved missing. */
  covers(kind: ObservedKind | 'Event', namespace: string | undefined): boolean {
    const coverage = this.snapshot.coverage
    return coverage[`${kind}/${namespace ?? ''}`] === 'complete' || coverage[`${kind}/`] === 'complete'
  }

  /**
   * Events about an object, newest first: by uid where the event carries one (another object of the same name that is gone must
   * not be blamed on this one), else by kind, namespace and name.
   */
  eventsOf(object: KubernetesObject): readonly ClusterEvent[] {
    return remember(this.#events, object, () => this.#findEvents(object))
  }

  #findEvents(object: KubernetesObject): ClusterEvent[] {
    const byUid = this.#eventsByUid.get(object.metadata.uid) ?? []
    const nameless = (this.#eventsByKey.get(refKey(refOf(object))) ?? []).filter((event) => !event.regarding.uid)
    const events = [...byUid, ...nameless]
    return events.length < 2 ? events : events.toSorted(newestFirst)
  }

  /** Events about a name, also of objects that are gone from the snapshot; newest first. */
  eventsAbout(ref: ResourceRef): ClusterEvent[] {
    return [...(this.#eventsByKey.get(refKey(ref)) ?? [])].toSorted(newestFirst)
  }

  /** Objects whose ownerReferences name this one. */
  childrenOf(object: KubernetesObject): KubernetesObject[] {
    return this.#children.get(object.metadata.uid) ?? []
  }

  /** The direct controller of an object, where it is in the snapshot. */
  controllerOf(object: KubernetesObject): KubernetesObject | undefined {
    const owners = object.metadata.ownerReferences ?? []
    const controller = owners.find((owner) => owner.controller) ?? owners[0]
    return controller && this.#byUid.get(controller.uid)
  }

  /**
   * The topmost owner in the snapshot: the Deployment of a pod, the CronJob of a Job's pod; the object itself where nothing owns it.
   * Where an owner is named but was not seen, its reference stands, so that no pod is taken for a bare one.
   */
  workloadOf(object: KubernetesObject): ResourceRef {
    return remember(this.#workloads, object, () => this.#findWorkload(object))
  }

  #findWorkload(object: KubernetesObject): ResourceRef {
    let current = object
    for (let depth = 0; depth < 6; depth++) {
      const owner = this.controllerOf(current)
      if (!owner) break
      current = owner
    }
    const named = (current.metadata.ownerReferences ?? []).find((owner) => owner.controller)
    return named ? { kind: named.kind, namespace: current.metadata.namespace, name: named.name } : refOf(current)
  }

  /** Pods below a workload at any depth (Deployment -> ReplicaSet -> Pod). */
  podsOf(object: KubernetesObject): readonly Pod[] {
    if (isPod(object)) return [object]
    return remember(this.#pods, object, () => this.childrenOf(object).flatMap((child) => this.podsOf(child)))
  }

  /** Pods whose topmost owner is this, also where that owner itself was not seen. */
  podsOfWorkload(workload: ResourceRef): readonly Pod[] {
    this.#podsByWorkload ??= Map.groupBy(this.list('Pod'), (pod) => refKey(this.workloadOf(pod)))
    return this.#podsByWorkload.get(refKey(workload)) ?? []
  }

  /** Pods that a service selects, ready or not. */
  podsOfService(service: Service): readonly Pod[] {
    const { metadata, spec } = service
    return remember(this.#podsOfService, service, () => this.#byLabel().podsMatching(metadata.namespace, spec.selector))
  }

  /** Services whose selector matches these labels. */
  servicesSelecting(namespace: string | undefined, labels: Record<string, string> | undefined): Service[] {
    return this.#byLabel().servicesSelecting(namespace, labels)
  }

  #byLabel(): LabelIndex {
    return (this.#labels ??= new LabelIndex(this.list('Pod'), this.list('Service')))
  }

  /** The pod template of a workload reference, where it is in the snapshot. */
  templateOf(ref: ResourceRef): PodTemplate | undefined {
    const object = this.find(ref) as
      | { spec?: { template?: PodTemplate; jobTemplate?: { spec?: { template?: PodTemplate } } } }
      | undefined
    if (ref.kind === 'Pod') {
      const pod = object as Pod | undefined
      return pod && { metadata: { labels: pod.metadata.labels }, spec: pod.spec }
    }
    return object?.spec?.template ?? object?.spec?.jobTemplate?.spec?.template
  }

  /** Milliseconds since an ISO time; undefined where the time is absent or unreadable. */
  ageOf(time: string | undefined): number | undefined {
    const parsed = time === undefined ? Number.NaN : Date.parse(time)
    return Number.isNaN(parsed) ? undefined : this.now - parsed
  }
}

function isPod(object: KubernetesObject): object is Pod {
  return object.kind === 'Pod'
}

function newestFirst(left: ClusterEvent, right: ClusterEvent): number {
  if (left.last_seen === right.last_seen) return 0
  return left.last_seen < right.last_seen ? 1 : -1
}

function remember<K, V>(known: Map<K, V>, key: K, find: () => V): V {
  const value = known.get(key) ?? find()
  known.set(key, value)
  return value
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

type Labels = Record<string, string> | undefined

/** Which pods a selector matches, and which services select a pod, without a search through all of them each time. */
class LabelIndex {
  readonly #pods = new Map<string, Pod[]>()
  readonly #services = new Map<string, { service: Service; position: number }[]>()

  constructor(pods: readonly Pod[], services: readonly Service[]) {
    for (const pod of pods)
      for (const [key, value] of Object.entries(pod.metadata.labels ?? {}))
        append(this.#pods, keyOf(pod.metadata.namespace, key, value), pod)
    services.forEach((service, position) => {
      const [first] = Object.entries(service.spec.selector ?? {})
      if (first) append(this.#services, keyOf(service.metadata.namespace, ...first), { service, position })
    })
  }

  /** In the order of the snapshot. */
  podsMatching(namespace: string | undefined, selector: Labels): Pod[] {
    const lists = Object.entries(selector ?? {}).map(
      ([key, value]) => this.#pods.get(keyOf(namespace, key, value)) ?? [],
    )
    const [shortest] = lists.toSorted((left, right) => left.length - right.length)
    return (shortest ?? []).filter((pod) => matchesMap(selector, pod.metadata.labels))
  }

  /** In the order of the snapshot. */
  servicesSelecting(namespace: string | undefined, labels: Labels): Service[] {
    return Object.entries(labels ?? {})
      .flatMap(([key, value]) => this.#services.get(keyOf(namespace, key, value)) ?? [])
      .filter(({ service }) => matchesMap(service.spec.selector, labels))
      .toSorted((left, right) => left.position - right.position)
      .map(({ service }) => service)
  }
}

function keyOf(namespace: string | undefined, key: string, value: string): string {
  return `${namespace ?? ''}/${key}=${value}`
}
