import type { KubernetesObject, ObservedKind, ObservedKinds, Secret } from '#src/domain/kubernetes/objects.ts'

type RawObject = Record<string, unknown> & { metadata?: Record<string, unknown> }

/** Copies of whole manifests, with secret values in clear, and notes of tools: no rule reads them. */
const droppedAnnotations =
  /^kubectl\.kubernetes\.io\/last-applied-configuration$|^kapp\.k14s\.io\/original|\/last-applied/
/** As many as a kubelet reports by default. */
const mostImages = 50
const longestAnnotation = 2_048

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

/** Built from a list of what may stay, so that no value gets in by a field that nobody thought of. */
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
    ([key, value]) => !droppedAnnotations.test(key) && typeof value === 'string' && value.length <= longestAnnotation,
  )
  metadata['annotations'] = Object.fromEntries(kept)
}

/** Of the images that a node holds only the names with a tag are of use: they prove which tags exist. */
function keepImageTags(node: Record<string, unknown>): void {
  const { images, volumesAttached: _attached, ...status } = (node['status'] ?? {}) as Record<string, unknown>
  const entries = Array.isArray(images) ? images.filter(isRawObject).slice(0, mostImages) : []
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
