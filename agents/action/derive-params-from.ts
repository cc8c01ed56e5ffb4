import type { Finding } from '#src/domain/finding.ts'
import type { EvidenceReader } from '#agents/agent.ts'

/** For each parameter the evidence that names its value, or the finding's first where none does so word for word. */
export function deriveParamsFrom(
  params: Record<string, unknown>,
  finding: Pick<Finding, 'evidence'>,
  evidence: EvidenceReader,
): Record<string, string> {
  const facts = finding.evidence.map((id) => ({ id, statement: evidence.get(id)?.statement ?? '' }))
  const fallback = facts[0]?.id
  if (fallback === undefined) return {}
  const entries = Object.entries(params).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const words = leaves(value)
      return [name, facts.find((fact) => words.some((word) => fact.statement.includes(word)))?.id ?? fallback]
    }),
  )
}

function leaves(value: unknown): string[] {
  if (value === null || value === undefined) return []
  if (typeof value === 'object') return Object.values(value).flatMap(leaves)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 1 ? [text] : []
}
