import { matchesMap } from './kubernetes/label-selector.ts'
import type { Pod, Service } from './kubernetes/objects.ts'

type Labels = Record<string, string> | undefined

/** Which pods a selector finds, and which services find a pod, without going through all of them each time. */
export class LabelIndex {
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

  /** In the order of the picture. */
  podsMatching(namespace: string | undefined, selector: Labels): Pod[] {
    const lists = Object.entries(selector ?? {}).map(
      ([key, value]) => this.#pods.get(keyOf(namespace, key, value)) ?? [],
    )
    const [shortest] = lists.toSorted((left, right) => left.length - right.length)
    return (shortest ?? []).filter((pod) => matchesMap(selector, pod.metadata.labels))
  }

  /** In the order of the picture. */
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

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
