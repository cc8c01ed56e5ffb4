import { vocabulary } from '#agents/vocabulary.ts'
import type { Finding } from '#src/domain/finding.ts'
import { compareSeverity } from '#src/domain/severity.ts'

/** Weighing findings against each other costs the square of their number, and nobody reads more. */
const mostWeighed = 300

/** The findings that a diagnosis weighs: all of them, and in a disaster the most severe and the most specific. */
export function worstFindings(findings: Finding[]): Finding[] {
  if (findings.length <= mostWeighed) return findings
  const order = findings.toSorted(
    (left, right) =>
      compareSeverity(left.severity, right.severity) ||
      vocabulary.weightOf(right.mechanism) - vocabulary.weightOf(left.mechanism),
  )
  return order.slice(0, mostWeighed)
}
