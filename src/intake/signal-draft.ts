import type { z } from 'zod'
import type { Signal } from '../domain/signal.ts'

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
  event_type?: string
  namespace?: string
  kind?: string
  name?: string
  reason?: string
  message?: string
  observed_at?: string
  paths: { namespace: string; kind: string; name: string }
}

/** What came of reading a payload. */
type DraftResult = { draft: SignalDraft } | { problems: FieldProblem[] }

/** One payload shape: how it is recognised and how it is read. Pure. */
export interface SignalSource {
  name: string
  /** The fields that are used; anything else in the payload is left alone. */
  payload: z.ZodType
  recognizes(body: Record<string, unknown>): boolean
  read(body: unknown): DraftResult
}
