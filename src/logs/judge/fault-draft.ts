import type { Remedy } from '#src/domain/action.ts'
import type { Blame, FindingDraft } from '#src/domain/finding.ts'
import type { Job } from '#src/domain/kubernetes/objects.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import { buildDraft } from './build-draft.ts'
import { escalate, rollback } from './remedies.ts'
import type { Situation } from './situation.ts'
import { capitalize, quote, subjectOf } from './words.ts'

/** What a program does wrong, in words that follow its name. */
export interface Fault {
  mechanism: Mechanism
  does: string
  said: string
  confidence: number
  /** What to ask where neither a step back nor a new start would help. */
  ask?: string
  /** What is taken to be its own cause. */
  blames?: Blame[]
}

/** A finding about the program's own fault: a step back where there was a good one, else a question to its owners. */
export function faultDraft(situation: Situation, record: LogRecord, fault: Fault): FindingDraft {
  const failure = jobFailure(situation)
  const gaveUp = failure ? ` (${failure})` : ''
  const reason = `${subjectOf(situation)} ${fault.does}`
  const ask = fault.ask ?? `${situation.workload.name}: ${fault.does}: ${quote(record.message, 160)}`
  const back: Remedy[] = fault.ask ? [] : rollback(situation, reason)
  return buildDraft(situation, {
    mechanism: fault.mechanism,
    record,
    statement: `${capitalize(reason)}${gaveUp}: ${fault.said}`,
    confidence: fault.confidence,
    confidence_reason: "these are the program's own last words",
    blames: fault.blames ?? [],
    remedies: [...back, escalate(situation, ask, reason)],
  })
}

/** Why the Job gave up, in the API's word: `BackoffLimitExceeded`. */
function jobFailure({ pod, view }: Situation): string | undefined {
  const owner = view.controllerOf(pod)
  if (owner?.kind !== 'Job') return undefined
  const failed = ((owner as Job).status?.conditions ?? []).find(
    (condition) => condition.type === 'Failed' && condition.status === 'True',
  )
  return failed && `Job ${owner.metadata.name} failed: ${failed.reason ?? 'no reason given'}`
}
