import { maskMessage } from '#src/logs/log-templates.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { FetchedLog } from './fetched-logs.ts'

/**
 * Last words that a healthy sibling says as well decide nothing: such a finding keeps its place with little weight. Findings with
 * a signature of their own are not touched.
 */
export function weighSiblings(findings: FindingDraft[], logs: readonly FetchedLog[]): FindingDraft[] {
  return findings.map((finding) => {
    if (finding.mechanism !== 'application_error' || finding.confidence > 0.6) return finding
    const pods = new Set(finding.affects.filter((ref) => ref.kind === 'Pod').map((ref) => ref.name))
    const decisive = decisiveTemplates(finding, logs)
    const said = logs.some(
      (log) =>
        log.request.container === finding.container &&
        !pods.has(log.request.pod) &&
        log.records.some((record) => decisive.has(maskMessage(record.message))),
    )
    return said
      ? { ...finding, confidence: 0.35, confidence_reason: 'a healthy pod of the same workload says the same' }
      : finding
  })
}

/** The kinds of lines on which a finding rests: found by the hash that its evidence bears. */
function decisiveTemplates(finding: FindingDraft, logs: readonly FetchedLog[]): Set<string> {
  const times = new Set(
    finding.evidence.flatMap(({ ref }) =>
      'log' in ref && ref.log.time !== undefined ? [`${ref.log.pod}/${ref.log.time}`] : [],
    ),
  )
  const records = logs.flatMap((log) =>
    log.records
      .filter((record) => record.level === 'error' || record.level === 'fatal')
      .filter((record) => times.has(`${log.request.pod}/${record.time}`)),
  )
  return new Set(records.map((record) => maskMessage(record.message)))
}
