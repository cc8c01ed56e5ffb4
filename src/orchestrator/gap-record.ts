import { fitText } from '#src/util/fit-text.ts'
import type { Gap } from '#src/domain/gap.ts'

/** Gaps keyed by what they say, so that the same gap told by several is one; text is redacted. */
export function gapRecord(gaps: readonly Gap[], redact: (text: string) => string): Record<string, Gap> {
  const clean = gaps.map(({ what, why, needs }) => ({
    what: cut(redact(what)),
    why: cut(redact(why)),
    needs: cut(redact(needs)),
  }))
  return Object.fromEntries(clean.map((gap) => [`${gap.what}|${gap.needs}`, gap]))
}

function cut(text: string): string {
  return fitText(text, 300)
}
