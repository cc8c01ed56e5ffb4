import type { Finding } from '#src/domain/finding.ts'
import { mechanisms } from '#src/domain/mechanism.ts'
import { compareSeverity } from '#src/domain/severity.ts'

/** Weighing findings against each other costs the square of their number, and nobody reads more. */
const mostWeighed = 300

/** The findings that a diagnosis weighs: all of them, and in a disaster the most severe and the most specific. */
export function worstFindings(findings: Finding[]): Finding[] {
  if (findings.length <= mostWeighed) return findings
  const order = findings.toSorted(
    (left, right) =>
      compareSeverity(left.severity, right.severity) ||
      mechanisms[right.mechanism].rank - mechanisms[left.mechanism].rank,
  )
  return order.slice(0, mostWeighed)
}
