import { CodedError } from '#src/domain/coded-error.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { IncidentRecord } from '#src/domain/incident-record.ts'

/**
 * The decision that answers a signal of `since` (ISO) or later; undefined while one is still to come. An attempt that broke answers,
 * too, though it is tried again: a person does not wait through a back-off. Throws where there will be none.
 */
export function readAnswer(record: IncidentRecord | undefined, since: string): Decision | undefined {
  if (!record) throw new CodedError('SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
  const { status, decision, failures, updated_at, status_reason } = record
  if (status === 'running') return undefined
  if (status === 'queued') return failures > 0 && updated_at >= since ? decision : undefined
  if (decision && status !== 'expired') return decision
  const why = status_reason ?? `it is ${status}`
  throw new CodedError('SRE_INCIDENTS_NO_DECISION', `the incident has ended without a decision: ${why}`)
}
