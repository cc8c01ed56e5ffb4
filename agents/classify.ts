import type { Classification } from '#src/domain/decision.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { compareSeverity, priorityOf, type Severity } from '#src/domain/severity.ts'
import { vocabulary } from './vocabulary.ts'

type Classified = Pick<FindingDraft, 'mechanism' | 'resource' | 'severity' | 'confidence'>

/**
 * What kind of trouble it is, how bad, and whose. `leading` is what the incident is about (the first root, or before there is
 * one the weightiest finding); users suffer as much as under the worst of `all`.
 */
export function classify(
  leading: Classified | undefined,
  all: readonly Pick<FindingDraft, 'severity'>[],
  asked: ResourceRef,
): Classification {
  if (!leading) return { category: 'none', severity: 'P5', service: asked.name, confidence: 0.5 }
  const worst = all.reduce<Severity>(
    (left, { severity }) => (compareSeverity(left, severity) <= 0 ? left : severity),
    leading.severity,
  )
  return {
    category: vocabulary.entries[leading.mechanism].category,
    severity: priorityOf(worst),
    service: leading.resource.name,
    confidence: leading.confidence,
  }
}
