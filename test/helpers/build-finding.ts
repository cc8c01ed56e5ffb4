import type { Finding, FindingDraft } from '#src/domain/finding.ts'

/** A draft of a finding about Deployment `api` in namespace `shop`, unless told otherwise. */
export function findingDraft(more: Partial<FindingDraft> = {}): FindingDraft {
  return {
    mechanism: 'missing_env',
    resource: { kind: 'Deployment', namespace: 'shop', name: 'api' },
    severity: 'high',
    confidence: 0.9,
    confidence_reason: 'stated',
    statement: 'The required variable API_URL is not set.',
    evidence: [],
    affects: [],
    blames: [],
    remedies: [],
    ...more,
  }
}

/** A finding of a run. */
export function finding(id: string, more: Partial<Finding> = {}): Finding {
  return { ...findingDraft(), id, evidence: [], found_by: 'triage', ...more }
}
