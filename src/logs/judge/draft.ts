import type { Remedy } from '#src/domain/action.ts'
import { refOf } from '#src/domain/cluster-view.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { Blame, FindingDraft } from '#src/domain/finding.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { lineHash, type LogRecord } from '#src/logs/log-record.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import type { Situation } from './situation.ts'

interface Verdict {
  mechanism: Mechanism
  record: LogRecord
  statement: string
  confidence: number
  confidence_reason: string
  remedies: Remedy[]
  /** The object to change, where it is not the workload. */
  resource?: ResourceRef
  blames?: Blame[]
  evidence?: EvidenceDraft[]
}

/** A finding about a container: it affects the pod, and its first evidence is the decisive record. */
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

/** A line of a log as evidence. Any workload can write any line, hence its trust. */
function logEvidence(situation: Situation, record: LogRecord): EvidenceDraft {
  const { pod, spec, view, restart } = situation
  const shown = record.text.replaceAll(/\s+/g, ' ').slice(0, 400)
  return {
    source: 'log',
    statement: `Container ${spec.name} of pod ${pod.metadata.name} logged: ${shown}`,
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

/** `container api of Deployment shop`; for a StatefulSet with the pod's name, because its ordinal matters. */
export function subjectOf({ spec, pod, workload, init }: Situation): string {
  const container = `${init ? 'init container' : 'container'} ${spec.name}`
  if (workload.kind === 'Pod') return `${container} of Pod ${pod.metadata.name}`
  const owner = `${workload.kind} ${workload.name}`
  return workload.kind === 'StatefulSet'
    ? `${container} of ${pod.metadata.name} (${owner})`
    : `${container} of ${owner}`
}

/** `container api of Deployment shop (parcel-api:8.4.0)`. */
export function subjectWithImage(situation: Situation): string {
  return `${subjectOf(situation)} (${imageOf(situation)})`
}

/** The text with its first letter in upper case. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Text of a log on one line, cut to `limit` characters, without the password of a URL. */
export function quote(text: string, limit = 150): string {
  const plain = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(\w:\/\/[^\s:@/]*):[^\s@/]+@/g, '$1:…@')
    .trim()
  return plain.length <= limit ? plain : `${plain.slice(0, limit - 1)}…`
}

/** `parcel-api:8.4.0` of a whole image reference. */
export function imageOf({ spec }: Situation): string {
  return (
    (spec.image ?? '')
      .split('/')
      .at(-1)
      ?.replace(/@sha256:.*/, '') ?? ''
  )
}
