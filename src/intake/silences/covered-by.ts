import type { ServiceEntry } from '#src/domain/service-catalogue.ts'
import type { Silence } from '#src/domain/silence.ts'
import { isOpen } from './maintenance-window.ts'
import { type Matchable, matches } from './matches.ts'

/** What may cover a signal. */
export interface Covers {
  silences: readonly Silence[]
  /** Epoch milliseconds. */
  now: number
}

/** Which silence or maintenance window covers a signal, in words; undefined where none does. Pure. */
export function coveredBy(matchable: Matchable, entry: ServiceEntry | undefined, covers: Covers): string | undefined {
  const silence = covers.silences.find(
    (candidate) =>
      isInForce(candidate, covers.now) && candidate.matchers.every((matcher) => matches(matcher, matchable)),
  )
  if (silence) return `silence ${silence.id} of ${silence.created_by} until ${silence.ends_at}${note(silence.comment)}`
  const window = entry?.maintenance.find((candidate) => isOpen(candidate, covers.now))
  return entry && window ? `a maintenance window of ${entry.name}${note(window.comment)}` : undefined
}

function isInForce({ starts_at, ends_at, matchers }: Silence, now: number): boolean {
  return matchers.length > 0 && Date.parse(starts_at) <= now && now < Date.parse(ends_at)
}

function note(comment: string): string {
  return comment ? `: ${comment.slice(0, 200)}` : ''
}
