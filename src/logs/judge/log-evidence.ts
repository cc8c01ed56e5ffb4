import { createHash } from 'node:crypto'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import type { Situation } from './situation.ts'

/** A line of a log as evidence: anybody who runs a pod can write one, hence its trust. */
export function logEvidence(situation: Situation, record: LogRecord): EvidenceDraft {
  const { pod, spec, view, restart } = situation
  const words = record.text.replaceAll(/\s+/g, ' ').slice(0, 400)
  return {
    source: 'log',
    statement: `Container ${spec.name} of pod ${pod.metadata.name} said: ${words}`,
    observed_at: record.time ?? view.snapshot.taken_at,
    trust: 'workload_text',
    ref: {
      log: {
        pod: pod.metadata.name,
        container: spec.name,
        restart,
        line_hash: createHash('sha256').update(record.text).digest('hex').slice(0, 12),
        ...(record.time === undefined ? {} : { time: record.time }),
      },
    },
  }
}
