import type { FindingDraft } from '#src/domain/finding.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { SignatureFamily, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { buildDraft } from './build-draft.ts'
import { filePlace } from './file-place.ts'
import { fileRemedies } from './file-remedies.ts'
import { onlyClaim } from './only-claim.ts'
import { remedies } from './remedies.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

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
  const reason = `${words.subject(situation)} ${wording.says}${path}${on}`
  return buildDraft(situation, {
    mechanism: wording.mechanism,
    record: match.record,
    statement: `${words.capital(reason)}: ${words.quote(match.said, 170)}`,
    confidence: wording.confidence,
    confidence_reason: 'the log quotes the refusal of the operating system or the runtime',
    remedies: [
      ...remedies.rollback(situation, reason),
      ...(isFile && where ? fileRemedies(situation, family, where) : []),
      remedies.escalate(situation, `${wording.ask}${path ? ` (${path.trim()})` : ''}`, reason),
    ],
  })
}
