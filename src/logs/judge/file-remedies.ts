import type { Remedy } from '#src/domain/action.ts'
import { editDistance } from './edit-distance.ts'
import { filePlace, type FilePlace } from './file-place.ts'
import { onlyClaim } from './only-claim.ts'
import { remedies } from './remedies.ts'
import type { Situation } from './situation.ts'

/**
 * What makes a path usable again, in steps for a person, where the template shows why it is not. Security is never weakened: a
 * read-only root stays read-only, and nobody becomes root.
 */
export function fileRemedies(
  situation: Situation,
  family: 'disk_full' | 'permission' | 'file_missing',
  path: string,
): Remedy[] {
  const place = filePlace(situation, path)
  if (family === 'disk_full') {
    const room = place ?? (path.startsWith('/') ? undefined : onlyClaim(situation))
    return room ? moreRoom(situation, room) : []
  }
  if (family === 'file_missing') return place ? missingKey(situation, place, path) : []
  return place ? ownership(situation, place, path) : writablePlace(situation, path)
}

function moreRoom(situation: Situation, place: FilePlace): Remedy[] {
  const { workload, namespace } = situation
  const claim = place.definition?.persistentVolumeClaim?.claimName
  const reason = `${place.source}, mounted at ${place.mount_path}, is full`
  if (claim)
    return [
      remedies.instruct(
        { kind: 'PersistentVolumeClaim', namespace, name: claim },
        'expand_pvc',
        `Expand PersistentVolumeClaim ${claim} (patch spec.resources.requests.storage; its storage class must allow expansion), or free space below ${place.mount_path}.`,
        reason,
      ),
    ]
  return [
    remedies.instruct(
      workload,
      'patch_volume',
      `Give volume ${place.volume} of ${workload.kind} ${workload.name} more room (${place.source}), or make the program write less below ${place.mount_path}.`,
      reason,
    ),
  ]
}

function ownership(situation: Situation, place: FilePlace, path: string): Remedy[] {
  const { workload, pod, spec } = situation
  const target = `${workload.kind} ${workload.name}`
  const reason = `${path} lies on volume ${place.volume} (${place.source})`
  if (place.read_only || /^(?:ConfigMap|Secret) /.test(place.source))
    return [
      remedies.instruct(
        workload,
        'patch_volume',
        `Mount a writable volume (emptyDir or a claim) for what container ${spec.name} of ${target} writes to ${path}: ${place.source} at ${place.mount_path} is read-only.`,
        reason,
      ),
    ]
  const user = spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser
  return [
    remedies.instruct(
      workload,
      'patch_security_context',
      `Set securityContext.fsGroup of ${target} to the group of the user that container ${spec.name} runs as${user === undefined ? '' : ` (runAsUser ${user})`}, so that volume ${place.volume} at ${place.mount_path} belongs to it.`,
      reason,
    ),
  ]
}

function writablePlace(situation: Situation, path: string): Remedy[] {
  const { workload, spec } = situation
  if (!spec.securityContext?.readOnlyRootFilesystem) return []
  const folder = path.replace(/\/[^/]*$/, '') || path
  return [
    remedies.instruct(
      workload,
      'add_volume',
      `Add an emptyDir volume to ${workload.kind} ${workload.name} and mount it at ${folder} in container ${spec.name}; keep readOnlyRootFilesystem.`,
      `the root file system of ${spec.name} is read-only and ${path} lies on it`,
    ),
  ]
}

/** A mounted ConfigMap whose keys do not have the file's name: the key is to be added, as the nearest one is or with a content that is asked for. */
function missingKey({ view, namespace }: Situation, place: FilePlace, path: string): Remedy[] {
  const name = place.definition?.configMap?.name
  const map = name ? view.get('ConfigMap', namespace, name) : undefined
  const file = path.slice(place.mount_path.replace(/\/$/, '').length + 1)
  if (!map || !name || file === '' || file.includes('/') || map.data?.[file] !== undefined) return []
  const keys = Object.keys(map.data ?? {})
  const nearest = keys.find((key) => editDistance(key, file) <= 2)
  return [
    {
      kind: 'patch_configmap',
      target: { kind: 'ConfigMap', namespace, name },
      params: { key: nearest ?? file, add_key: file },
      needs: [
        {
          param: 'set',
          ask: `the content of ${file} in ConfigMap ${name}${keys.length > 0 ? ` (it holds ${keys.slice(0, 5).join(', ')})` : ''}`,
        },
      ],
      reason: `ConfigMap ${name}, mounted at ${place.mount_path}, has no key ${file}`,
      risk: 'medium',
      reversible: true,
    },
  ]
}
