import type { z } from 'zod'
import type { Severity } from '#src/domain/severity.ts'
import type { Signal } from '#src/domain/signal.ts'

/** What is wrong with one field of a payload. */
export interface FieldProblem {
  /** Dotted path as the caller wrote it; empty for the body itself. */
  path: string
  problem: string
  allowed: string
}

/** A foreign payload read into our words, names not yet checked. `paths`: where the caller wrote them, for refusals. */
export interface SignalDraft {
  source: Signal['source']
  /** Absent: firing. */
  state?: Signal['state']
  event_type?: string
  cluster?: string
  namespace?: string
  kind?: string
  name?: string
  reason?: string
  message?: string
  alert?: string
  severity?: Severity
  service?: string
  /** Words of a person; the first that is a known service counts as `service`. */
  mentions?: readonly string[]
  /** `owner/name` of the repository that is told of. */
  repository?: string
  labels?: Readonly<Record<string, string | undefined>>
  alert_key?: string
  delivery_key?: string
  observed_at?: string
  paths: { namespace: string; kind: string; name: string }
}

/** What a sender said beside the body. */
export interface DeliveryFacts {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
}

/**
 * What came of reading a payload: drafts, and in words what in it tells of no trouble and is passed over; or an answer that the sender
 * waits for instead of signals; or what is wrong.
 */
export type DraftResult =
  | { drafts: SignalDraft[]; skipped?: string[] }
  | { reply: Record<string, unknown> }
  | { problems: FieldProblem[] }

/** One payload shape: how it is recognised and how it is read. Pure. */
export interface SignalSource {
  name: string
  /** The fields that are used; anything else in the payload is left alone. */
  payload: z.ZodType
  /** What cannot be placed is passed over instead of refused: its sender is a person who just talks. */
  lenient?: true
  recognizes(body: Record<string, unknown>): boolean
  read(body: unknown, facts: DeliveryFacts): DraftResult
}
