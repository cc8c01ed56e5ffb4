import type { Remedy } from '#src/domain/action.ts'
import { refOf } from '#src/domain/cluster-view.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { Blame, FindingDraft } from '#src/domain/finding.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { lineHash, type LogRecord } from '#src/logs/log-record.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import type { Situation } from './situation.ts'

interface Verdict {
  mechanism: Mechanism
  record: LogRecord
  statement: string
  confidence: number
  confidence_reason: string
  remedies: Remedy[]
  /** Where it is not the workload that has to be changed. */
  resource?: ResourceRef
  blames?: Blame[]
  evidence?: EvidenceDraft[]
}

/** A finding about a container, with its pod as what is affected and the decisive record as its first evidence. */
export function buildDraft(situation: Situation, verdict: Verdict): FindingDraft {
  const { workload, pod, spec, trouble, status } = situation
  const resource = verdict.resource ?? workload
  const affected = resource === workload ? [refOf(pod)] : [workload, refOf(pod)]
  return draftFinding({
    mechanism: verdict.mechanism,
    resource,
    container: spec.name,
    severity: trouble === 'not_ready' || status.ready ? 'medium' : 'high',
    confidence: verdict.confidence,
    confidence_reason: verdict.confidence_reason,
    statement: verdict.statement,
    evidence: [logEvidence(situation, verdict.record), ...(verdict.evidence ?? [])],
    affects: affected,
    blames: verdict.blames ?? [],
    remedies: verdict.remedies,
    ...(verdict.record.time === undefined ? {} : { since: verdict.record.time }),
  })
}

/** A line of a log as evidence: anybody who runs a pod can write one, hence its trust. */
function logEvidence(situation: Situation, record: LogRecord): EvidenceDraft {
  const { pod, spec, view, restart } = situation
  const shown = record.text.replaceAll(/\s+/g, ' ').slice(0, 400)
  return {
    source: 'log',
    statement: `Container ${spec.name} of pod ${pod.metadata.name} said: ${shown}`,
    observed_at: record.time ?? view.snapshot.taken_at,
    trust: 'workload_text',
    ref: {
      log: {
        pod: pod.metadata.name,
        container: spec.name,
        restart,
        line_hash: lineHash(record),
        ...(record.time === undefined ? {} : { time: record.time }),
      },
    },
  }
}
