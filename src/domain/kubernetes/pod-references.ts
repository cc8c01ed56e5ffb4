import type { PodSpec } from './objects.ts'

/** What a pod spec refers to by name. `key` is set where one key is needed; `optional` where Kubernetes tolerates its absence. */
export interface PodReference {
  kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim' | 'ServiceAccount' | 'PriorityClass'
  name: string
  key?: string
  optional: boolean
  /** What holds the reference, for people: `env DB_PASSWORD of container api`, `volume tls`, `imagePullSecrets`. */
  via: string
  use: 'env' | 'envFrom' | 'volume' | 'pull' | 'identity' | 'priority'
  container?: string
  /** The environment variable or the volume that refers. */
  field?: string
}

/** Every reference of a pod spec to a config map, secret, claim, service account or priority class, init containers included. */
export function podReferences(spec: PodSpec): PodReference[] {
  return [
    ...containerReferences(spec),
    ...volumeReferences(spec),
    ...(spec.imagePullSecrets ?? []).flatMap((secret) =>
      secret.name
        ? [
            {
              kind: 'Secret' as const,
              name: secret.name,
              optional: true,
              via: 'imagePullSecrets',
              use: 'pull' as const,
            },
          ]
        : [],
    ),
    ...(spec.serviceAccountName
      ? [
          {
            kind: 'ServiceAccount' as const,
            name: spec.serviceAccountName,
            optional: false,
            via: 'serviceAccountName',
            use: 'identity' as const,
          },
        ]
      : []),
    ...(spec.priorityClassName
      ? [
          {
            kind: 'PriorityClass' as const,
            name: spec.priorityClassName,
            optional: false,
            via: 'priorityClassName',
            use: 'priority' as const,
          },
        ]
      : []),
  ]
}

function containerReferences(spec: PodSpec): PodReference[] {
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap((container) => {
    const fromKeys = (container.env ?? []).flatMap((variable): PodReference[] => {
      const { configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {}
      const ref = configMapKeyRef ?? secretKeyRef
      if (!ref?.name) return []
      const kind = configMapKeyRef ? 'ConfigMap' : 'Secret'
      const via = `env ${variable.name} of container ${container.name}`
      return [
        {
          kind,
          name: ref.name,
          key: ref.key,
          optional: ref.optional ?? false,
          via,
          use: 'env',
          container: container.name,
          field: variable.name,
        },
      ]
    })
    const fromWhole = (container.envFrom ?? []).flatMap((source): PodReference[] => {
      const ref = source.configMapRef ?? source.secretRef
      if (!ref?.name) return []
      const kind = source.configMapRef ? 'ConfigMap' : 'Secret'
      return [
        {
          kind,
          name: ref.name,
          optional: ref.optional ?? false,
          via: `envFrom of container ${container.name}`,
          use: 'envFrom',
          container: container.name,
        },
      ]
    })
    return [...fromKeys, ...fromWhole]
  })
}

/** The volume that kubelet adds for the API token refers to maps that every namespace gets by itself. */
const injectedVolume = /^kube-api-access-/

function volumeReferences(spec: PodSpec): PodReference[] {
  return (spec.volumes ?? []).flatMap((volume) => {
    if (injectedVolume.test(volume.name)) return []
    const base = { via: `volume ${volume.name}`, use: 'volume' as const, field: volume.name }
    const named = (
      kind: PodReference['kind'],
      source: { name?: string; items?: { key: string }[]; optional?: boolean } | undefined,
    ): PodReference[] => {
      if (!source?.name) return []
      const whole = { kind, name: source.name, optional: source.optional ?? false, ...base }
      return source.items?.length ? source.items.map((item) => ({ ...whole, key: item.key })) : [whole]
    }
    const claim = volume.persistentVolumeClaim
    return [
      ...named('ConfigMap', volume.configMap),
      ...named('Secret', volume.secret && { ...volume.secret, name: volume.secret.secretName }),
      ...(volume.projected?.sources ?? []).flatMap((source) => [
        ...named('ConfigMap', source.configMap),
        ...named('Secret', source.secret),
      ]),
      ...(claim ? [{ kind: 'PersistentVolumeClaim' as const, name: claim.claimName, optional: false, ...base }] : []),
    ]
  })
}
