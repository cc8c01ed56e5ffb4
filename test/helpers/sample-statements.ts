import type { FindingDraft } from '#src/domain/finding.ts'

/** Up to two statements of each mechanism, in the order of the alphabet: the prose of a room, to be read and held as a snapshot. */
export function sampleStatements(findings: readonly FindingDraft[], samples = 2): string {
  const byMechanism = Map.groupBy(findings, ({ mechanism }) => mechanism)
  return [...byMechanism]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([mechanism, found]) => {
      const statements = [...new Set(found.map(({ statement }) => statement))].toSorted()
      return [mechanism, ...statements.slice(0, samples).map((statement) => `  ${statement}`), ''].join('\n')
    })
    .join('\n')
}
