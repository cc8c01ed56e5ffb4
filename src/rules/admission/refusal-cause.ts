import type { FindingDraft } from '#src/domain/finding.ts'
import type { Refusal } from './refusals.ts'

/** What a rule about one sort of refusal answers; the rest is the same for all of them. */
export type RefusalCause = Pick<FindingDraft, 'mechanism' | 'statement' | 'remedies'> &
  Partial<Pick<FindingDraft, 'resource' | 'affects' | 'blames' | 'evidence' | 'confidence' | 'confidence_reason'>>

/** Undefined where the refusal is of another sort. */
export type RefusalRule = (refusal: Refusal) => RefusalCause | undefined
