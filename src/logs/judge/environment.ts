import type { Remedy } from '#src/domain/action.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Volume } from '#src/domain/kubernetes/objects.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { SignatureFamily, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { buildDraft } from './build-draft.ts'
import { editDistance } from './edit-distance.ts'
import { escalate, instruct, rollback } from './remedies.ts'
import type { Situation } from './situation.ts'
import { capitalize, quote, subjectOf } from './words.ts'

interface Wording {
  mechanism: Mechanism
  says: string
  ask: string
  confidence: number
}

/** What the place in which a process runs denies it, and whom to ask: nothing here can be put right by a value that is known. */
const wordings: Partial<Record<SignatureFamily, Wording>> = {
  disk_full: {
    mechanism: 'disk_full',
    says: 'writes to a file system that is full',
    ask: 'free or enlarge the volume that it writes to',
    confidence: 0.9,
  },
  permission: {
    mechanism: 'file_permission',
    says: 'may not use a file or directory',
    ask: "give the process access to the path (fsGroup, a writable volume, or the image's ownership)",
    confidence: 0.85,
  },
  file_missing: {
    mechanism: 'file_missing',
    says: 'does not find a file that it needs',
    ask: 'provide the file (volume, ConfigMap or image), or correct its path',
    confidence: 0.8,
  },
}

const lowPort: Wording = {
  mechanism: 'file_permission',
  says: 'may not listen on a port below 1024 as the user that it runs as',
  ask: 'let it listen on a port above 1024 and point the Service to it',
  confidence: 0.85,
}

/** The mount below which a path lies. */
interface FilePlace {
  mount_path: string
  read_only: boolean
  volume: string
  /** `ConfigMap app-config`, `emptyDir`, `PersistentVolumeClaim data`, for people. */
  source: string
  definition?: Volume
}

/** Who the process is, where the template says so: what a path on a volume is denied depends on it. */
function runsAs({ spec, pod }: Situation): string {
  const user = spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser
  const group = pod.spec.securityContext?.fsGroup
  if (user === undefined) return ''
  return `; it runs as user ${user}, ${group === undefined ? 'no fsGroup is set' : `fsGroup ${group}`}`
}

/** Disk and files. */
export function judgeEnvironment(situation: Situation, match: SignatureMatch): FindingDraft | undefined {
  const wording = match.signature.name === 'privileged_port' ? lowPort : wordings[match.signature.family]
  if (!wording) return undefined
  const path = match.facts.path ? ` ${match.facts.path}` : ''
  const { family } = match.signature
  const isFile = family === 'disk_full' || family === 'permission' || family === 'file_missing'
  const placed = match.facts.path ? filePlace(situation, match.facts.path) : undefined
  const place = match.facts.path || family !== 'disk_full' ? placed : onlyClaim(situation)
  const where = match.facts.path ?? place?.mount_path
  const on = place
    ? ` (volume ${place.volume}, ${place.source}${family === 'permission' ? runsAs(situation) : ''})`
    : ''
  const reason = `${subjectOf(situation)} ${wording.says}${path}${on}`
  return buildDraft(situation, {
    mechanism: wording.mechanism,
    record: match.record,
    statement: `${capitalize(reason)}: ${quote(match.said, 170)}`,
    confidence: wording.confidence,
    confidence_reason: 'the log quotes the refusal of the operating system or the runtime',
    remedies: [
      ...rollback(situation, reason),
      ...(isFile && where ? fileRemedies(situation, family, where) : []),
      escalate(situation, `${wording.ask}${path ? ` (${path.trim()})` : ''}`, reason),
    ],
  })
}

/**
 * What makes a path usable again, in steps for a person, where the template shows why it is not. Security is never weakened: a
 * read-only root stays read-only, and nobody becomes root.
 */
function fileRemedies(
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
      instruct(
        { kind: 'PersistentVolumeClaim', namespace, name: claim },
        'expand_pvc',
        `Expand PersistentVolumeClaim ${claim} (patch spec.resources.requests.storage; its storage class must allow expansion), or free space below ${place.mount_path}.`,
        reason,
      ),
    ]
  return [
    instruct(
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
      instruct(
        workload,
        'patch_volume',
        `Mount a writable volume (emptyDir or a claim) for what container ${spec.name} of ${target} writes to ${path}: ${place.source} at ${place.mount_path} is read-only.`,
        reason,
      ),
    ]
  const user = spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser
  return [
    instruct(
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
    instruct(
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

/** The claim that the container keeps its data on, where it mounts no other: what a program writes to by a relative path. */
function onlyClaim(situation: Situation): FilePlace | undefined {
  const places = (situation.spec.volumeMounts ?? [])
    .map(({ mountPath }) => filePlace(situation, mountPath))
    .filter((place) => place?.definition?.persistentVolumeClaim)
  return places.length === 1 ? places[0] : undefined
}

/** The mount of the container under which a path lies, the deepest first; undefined where it lies in the image itself. */
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
