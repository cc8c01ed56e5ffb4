import type { FindingDraft } from '#src/domain/finding.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
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
    does: `(${words.image(situation)}) ends with an error${situation.exit_code === undefined ? '' : ` (exit code ${situation.exit_code})`}`,
    said: words.quote(withNextLine(record, records), 170),
    confidence: 0.6,
  })
}

/** A short headline (`bootstrap checks failed`) is followed by a line without a level that says what it is about. */
function withNextLine(record: LogRecord, records: readonly LogRecord[]): string {
  const next = records[records.indexOf(record) + 1]
  const isHeadline = record.message.length < 120 && next !== undefined && next.level === undefined
  return isHeadline ? `${record.message} ${next.message}` : record.message
}
