import type { FindingDraft } from '../../../domain/finding.ts'
import { faultDraft } from './fault-draft.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

/** Last words that fit no signature: what the program said at its end, as it said it. */
export function judgeLastWords(situation: Situation): FindingDraft | undefined {
  if (situation.trouble !== 'exited' || situation.exit_code === 0) return undefined
  const { records } = situation
  const record =
    records.findLast((entry) => entry.level === 'fatal') ?? records.findLast((entry) => entry.level === 'error')
  if (!record) return undefined
  return faultDraft(situation, record, {
    mechanism: 'application_error',
    does: `ends with an error${situation.exit_code === undefined ? '' : ` (exit code ${situation.exit_code})`}`,
    said: words.quote(record.message, 170),
    confidence: 0.6,
  })
}
