import type { Remedy } from '#src/domain/action.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Volume } from '#src/domain/kubernetes/objects.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { SignatureFamily, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { editDistance } from '#src/util/edit-distance.ts'
import { escalate, instruct, patchConfigMap } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, quote, subjectOf } from './draft.ts'
import { backToGoodRevision, type Situation } from './situation.ts'

interface Wording {
  mechanism: Mechanism
  /** What happens to the container, for a sentence. */
  does: (path: string | undefined) => string
  ask: string
  confidence: number
}

/** What a container cannot do with a file, and what to ask its owners: no known value can correct these faults. */
const wordings: Partial<Record<SignatureFamily, Wording>> = {
  disk_full: {
    mechanism: 'disk_full',
    does: (path) => `cannot write${path ? ` to ${path}` : ''} because the file system is full`,
    ask: 'free or enlarge the volume that it writes to',
    confidence: 0.9,
  },
  permission: {
    mechanism: 'file_permission',
    does: (path) => `is denied access to ${path ?? 'a file or directory'}`,
    ask: "give the process access to the path (fsGroup, a writable volume, or the image's ownership)",
    confidence: 0.85,
  },
  file_missing: {
    mechanism: 'file_missing',
    does: (path) => `does not find ${path ? `the file ${path}` : 'a file that it needs'}`,
    ask: 'provide the file (volume, ConfigMap or image), or correct its path',
    confidence: 0.8,
  },
}

const lowPort: Wording = {
  mechanism: 'file_permission',
  does: () => 'is not allowed to listen on a port below 1024 as its user',
  ask: 'let it listen on a port above 1024 and point the Service to it',
  confidence: 0.85,
}

/** The mount that contains a path. */
interface FilePlace {
  mount_path: string
  read_only: boolean
  volume: string
  /** `ConfigMap app-config`, `emptyDir`, `PersistentVolumeClaim data`, for people. */
  source: string
  definition?: Volume
}

/** The user and the group of the process, where the template sets them: access to a volume depends on them. */
function runsAs({ spec, pod }: Situation): string {
  const user = spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser
  const group = pod.spec.securityContext?.fsGroup
  if (user === undefined) return ''
  return `; it runs as user ${user}, ${group === undefined ? 'no fsGroup is set' : `fsGroup ${group}`}`
}

/** A full disk, a file without permission, or a missing file. */
export function judgeFiles(situation: Situation, match: SignatureMatch): FindingDraft | undefined {
  const wording = match.signature.name === 'privileged_port' ? lowPort : wordings[match.signature.family]
  if (!wording) return undefined
  const { path } = match.facts
  const { family } = match.signature
  const isFile = family === 'disk_full' || family === 'permission' || family === 'file_missing'
  const placed = path ? filePlace(situation, path) : undefined
  const place = path || family !== 'disk_full' ? placed : onlyClaim(situation)
  const where = path ?? place?.mount_path
  const on = place
    ? ` (volume ${place.volume}, ${place.source}${family === 'permission' ? runsAs(situation) : ''})`
    : ''
  const reason = `${subjectOf(situation)} ${wording.does(path)}${on}`
  return buildDraft(situation, {
    mechanism: wording.mechanism,
    record: match.record,
    statement: `${capitalize(reason)}: ${quote(match.excerpt, 170)}`,
    confidence: wording.confidence,
    confidence_reason: 'the log quotes the error of the operating system or the runtime',
    remedies: [
      ...backToGoodRevision(situation),
      ...(isFile && where ? fileRemedies(situation, family, where) : []),
      escalate(situation.view, situation.workload, `${wording.ask}${path ? ` (${path})` : ''}`, reason),
    ],
  })
}

/**
 * Steps for a person that make a path usable again, where the template shows why it is not. Security is never weakened: a read-only
 * root file system stays read-only, and no container becomes root.
 */
function fileRemedies(
  situation: Situation,
  family: 'disk_full' | 'permission' | 'file_missing',
  path: string,
): Remedy[] {
  const place = filePlace(situation, path)
  if (family === 'disk_full') {
    const full = place ?? (path.startsWith('/') ? undefined : onlyClaim(situation))
    return full ? enlarge(situation, full) : []
  }
  if (family === 'file_missing') return place ? missingKey(situation, place, path) : []
  return place ? ownership(situation, place, path) : writablePlace(situation, path)
}

function enlarge(situation: Situation, place: FilePlace): Remedy[] {
  const { workload, namespace } = situation
  const claim = place.definition?.persistentVolumeClaim?.claimName
  const reason = `${place.source}, mounted at ${place.mount_path}, is full`
  if (claim)
    return [
      instruct(
        { kind: 'PersistentVolumeClaim', namespace, name: claim },
        'expand_pvc',
        `Expand PersistentVolumeClaim ${claim} (patch spec.resources.requests.storage; its storage class must allow expansion), or free space below ${place.mount_path}.`,
        { reason },
      ),
    ]
  return [
    instruct(
      workload,
      'patch_volume',
      `Give volume ${place.volume} of ${workload.kind} ${workload.name} more space (${place.source}), or make the program write less below ${place.mount_path}.`,
      { reason },
    ),
  ]
}

function ownership(situation: Situation, place: FilePlace, path: string): Remedy[] {
  const { workload, pod, spec } = situation
  const target = `${workload.kind} ${workload.name}`
  const reason = `${path} is on volume ${place.volume} (${place.source})`
  if (place.read_only || /^(?:ConfigMap|Secret) /.test(place.source))
    return [
      instruct(
        workload,
        'patch_volume',
        `Mount a writable volume (emptyDir or a claim) for what container ${spec.name} of ${target} writes to ${path}: ${place.source} at ${place.mount_path} is read-only.`,
        { reason },
      ),
    ]
  const user = spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser
  return [
    instruct(
      workload,
      'patch_security_context',
      `Set securityContext.fsGroup of ${target} to the group of the user that container ${spec.name} runs as${user === undefined ? '' : ` (runAsUser ${user})`}, so that the group owns volume ${place.volume} at ${place.mount_path}.`,
      { reason },
    ),
  ]
}

function writablePlace(situation: Situation, path: string): Remedy[] {
  const { workload, spec } = situation
  if (!spec.securityContext?.readOnlyRootFilesystem) return []
  const folder = path.replace(/\/[^/]*$/, '') || path
  return [
    instruct(
      workload,
      'add_volume',
      `Add an emptyDir volume to ${workload.kind} ${workload.name} and mount it at ${folder} in container ${spec.name}; keep readOnlyRootFilesystem.`,
      { reason: `the root file system of ${spec.name} is read-only and contains ${path}` },
    ),
  ]
}

/** A mounted ConfigMap without a key of the file's name: the key has to be added, with content that is asked for. */
function missingKey({ view, namespace }: Situation, place: FilePlace, path: string): Remedy[] {
  const name = place.definition?.configMap?.name
  const map = name ? view.get('ConfigMap', namespace, name) : undefined
  const file = path.slice(place.mount_path.replace(/\/$/, '').length + 1)
  if (!map || !name || file === '' || file.includes('/') || map.data?.[file] !== undefined) return []
  const keys = Object.keys(map.data ?? {})
  const nearest = keys.find((key) => editDistance(key, file) <= 2)
  return [
    patchConfigMap(
      { kind: 'ConfigMap', namespace, name },
      { key: nearest ?? file, add_key: file },
      {
        reason: `ConfigMap ${name}, mounted at ${place.mount_path}, has no key ${file}`,
        needs: [
          {
            param: 'set',
            ask: `the content of ${file} in ConfigMap ${name}${keys.length > 0 ? ` (it has ${keys.slice(0, 5).join(', ')})` : ''}`,
          },
        ],
      },
    ),
  ]
}

/** The only claim that the container mounts: a program that writes to a relative path most likely writes there. */
function onlyClaim(situation: Situation): FilePlace | undefined {
  const places = (situation.spec.volumeMounts ?? [])
    .map(({ mountPath }) => filePlace(situation, mountPath))
    .filter((place) => place?.definition?.persistentVolumeClaim)
  return places.length === 1 ? places[0] : undefined
}

/** The deepest mount of the container that contains a path; undefined where the path is in the image itself. */
function filePlace({ spec, pod }: Situation, path: string): FilePlace | undefined {
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
