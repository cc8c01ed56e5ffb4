import type { ClusterView } from '#src/domain/cluster-view.ts'
import { type ImageReference, parseImage } from '#src/rules/kit/image-reference.ts'

/** An image that has been pulled somewhere in the picture, so that it is known to exist. */
export interface KnownImage extends ImageReference {
  image: string
  /** Where it was seen, for people. */
  seen: string
}

const cache = new WeakMap<ClusterView, KnownImage[]>()

/** Images that run in the picture, or that a node holds. */
export function knownImages(view: ClusterView): KnownImage[] {
  const known = cache.get(view) ?? collect(view)
  cache.set(view, known)
  return known
}

function collect(view: ClusterView): KnownImage[] {
  const found = new Map<string, KnownImage>()
  const add = (image: string, seen: string): void => {
    const reference = parseImage(image)
    if (reference.tag !== undefined && !found.has(image)) found.set(image, { ...reference, image, seen })
  }
  for (const pod of view.list('Pod')) {
    const specs = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
    const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
    for (const status of statuses) {
      const image = specs.find((spec) => spec.name === status.name)?.image
      if (image && status.imageID) add(image, `pod ${pod.metadata.name} runs it`)
    }
  }
  for (const node of view.list('Node')) {
    for (const name of (node.status?.images ?? []).flatMap((entry) => entry.names ?? [])) {
      if (!name.includes('@')) add(name, `node ${node.metadata.name} holds it`)
    }
  }
  return [...found.values()]
}
