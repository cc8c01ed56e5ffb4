import type { Volume } from '#src/domain/kubernetes/objects.ts'
import type { Situation } from './situation.ts'

/** The mount below which a path lies. */
export interface FilePlace {
  mount_path: string
  read_only: boolean
  volume: string
  /** `ConfigMap app-config`, `emptyDir`, `PersistentVolumeClaim data`, for people. */
  source: string
  definition?: Volume
}

/** The mount of the container under which a path lies, the deepest first; undefined where it lies in the image itself. */
export function filePlace({ spec, pod }: Situation, path: string): FilePlace | undefined {
  const mounts = (spec.volumeMounts ?? [])
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .toSorted((left, right) => right.mountPath.length - left.mountPath.length)
  const [mount] = mounts
  if (!mount) return undefined
  const definition = pod.spec.volumes?.find((volume) => volume.name === mount.name)
  return {
    mount_path: mount.mountPath,
    read_only: mount.readOnly ?? false,
    volume: mount.name,
    source: describe(definition),
    ...(definition ? { definition } : {}),
  }
}

function describe(volume: Volume | undefined): string {
  if (volume?.configMap) return `ConfigMap ${volume.configMap.name}`
  if (volume?.secret) return `Secret ${volume.secret.secretName}`
  if (volume?.persistentVolumeClaim) return `PersistentVolumeClaim ${volume.persistentVolumeClaim.claimName}`
  if (volume?.emptyDir) return `emptyDir${volume.emptyDir.sizeLimit ? ` of ${volume.emptyDir.sizeLimit}` : ''}`
  return volume?.hostPath ? `hostPath ${volume.hostPath.path}` : 'a volume'
}
