import type { Finding } from '#src/domain/finding.ts'
import type { FindingSummary } from './leader-state.ts'

const mostShared = 40

/** Findings as the shared state holds them, keyed by id; the state is stored after each step, so it stays small. */
export function summarizeFindings(findings: readonly Finding[]): Record<string, FindingSummary> {
  const shared = findings.slice(0, mostShared)
  return Object.fromEntries(
    shared.map(({ id, mechanism, resource, statement }) => [id, { id, mechanism, resource, statement }]),
  )
}
