import type { FindingDraft } from '#src/domain/finding.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { failedMigrations } from './failed-migrations.ts'
import { faultDraft } from './fault-draft.ts'
import { panicPlace } from './panic-place.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

/** The program's own failures: panics, migrations, bad input, locks. */
export function judgeOwnFault(situation: Situation, match: SignatureMatch): FindingDraft {
  const { family } = match.signature
  if (family === 'panic') return judgePanic(situation, match)
  if (family === 'data_error') return judgeInput(situation, match)
  if (family === 'exhausted') return judgeLimit(situation, match)
  const mechanism: Mechanism =
    family === 'migration'
      ? 'migration_failed'
      : family === 'stuck' && situation.trouble === 'not_ready'
        ? 'application_hang'
        : 'application_error'
  const does =
    family === 'migration'
      ? 'stops at its database schema'
      : family === 'stuck'
        ? 'is stuck'
        : 'ends with an error of its own'
  const blames = family === 'migration' ? failedMigrations(situation) : []
  const said = words.quote(match.said, 170)
  return faultDraft(situation, match.record, { mechanism, does, said, confidence: 0.8, blames })
}

const limits: Record<string, string> = {
  open_files: 'runs out of file descriptors (too many open files)',
  rate_limited: 'is refused for too many requests (429, rate limit)',
  licence: 'ends because its licence is not accepted',
  leadership_lost: 'ends because it lost its lease (leader election lost)',
}

/** A limit that somebody else sets: more replicas or a new start would run into it again. */
function judgeLimit(situation: Situation, match: SignatureMatch): FindingDraft {
  const { host } = match.facts
  return faultDraft(situation, match.record, {
    mechanism: 'application_error',
    does: `${limits[match.signature.name] ?? 'runs into a limit'}${host ? ` by ${host}` : ''}`,
    said: words.quote(match.said, 150),
    confidence: 0.8,
  })
}

function judgePanic(situation: Situation, match: SignatureMatch): FindingDraft {
  const place = panicPlace(match.record)
  const value = (match.facts.value ?? words.quote(match.said, 120)).replaceAll(/\s+/g, ' ').slice(0, 130)
  const image = words.image(situation)
  return faultDraft(situation, match.record, {
    mechanism: 'application_panic',
    does: `(${image}) crashes${place ? ` in ${place.slice(0, 70)}` : ''}`,
    said: value.includes('nil pointer') || value.length > 8 ? value : words.quote(match.said, 120),
    confidence: place ? 0.9 : 0.8,
  })
}

/** Bad input of a job: to run it again on the same input would only fail again. */
function judgeInput(situation: Situation, match: SignatureMatch): FindingDraft {
  const where = [match.facts.row && `row ${match.facts.row}`, match.facts.file && `of ${match.facts.file}`]
    .filter(Boolean)
    .join(' ')
  return faultDraft(situation, match.record, {
    mechanism: 'application_error',
    does: `cannot take its input${where ? ` (${where})` : ''}`,
    said: words.quote(match.said, 140),
    confidence: 0.85,
    ask: `correct the input${where ? ` (${where})` : ''}, then ${situation.workload.kind.endsWith('Job') ? 'run the job again' : 'let it be taken again'}: ${words.quote(match.said, 140)}`,
  })
}
