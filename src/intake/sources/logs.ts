import { z } from 'zod'
import type { Severity } from '#src/domain/severity.ts'
import { maxItems, optionalMoment, optionalText, optionalWord, textMap } from '#src/intake/payload-fields.ts'
import { type SignalDraft, type SignalSource, fieldProblems } from '#src/intake/signal-source.ts'
import { subjectOfLabels } from '#src/intake/subject-of-labels.ts'

const word = z.string().trim().min(1).max(253)
const LogLine = z.object({
  source: word,
  service: word,
  namespace: optionalText,
  level: optionalWord.refine((level) => level !== undefined, { error: 'is missing' }),
  message: z.string().trim().min(1).max(262_144),
  labels: textMap,
  timestamp: optionalMoment,
})
const LogLines = z.array(LogLine).max(maxItems)
const LogPayload = z.union([LogLine, LogLines]).meta({ title: 'A log line, or a list of them' })

/** Lines of logs, one or many, from any log shipper. */
export const logs: SignalSource = {
  path: '/api/signals/logs',
  summary: 'Log lines that report a problem, one or a list',
  example: {
    source: 'fluentbit',
    service: 'gateway',
    namespace: 'payments',
    level: 'error',
    message: 'no such host: db',
  },
  payload: LogPayload,
  read(body) {
    const many = Array.isArray(body)
    const parsed = many ? LogLines.safeParse(body) : LogLine.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    if (!Array.isArray(parsed.data)) return { drafts: [draftOf(parsed.data, '')] }
    return { drafts: parsed.data.map((line, index) => draftOf(line, `${index}.`)) }
  },
}

function draftOf(line: z.output<typeof LogLine>, path: string): SignalDraft {
  const { source, service, namespace, level, message, labels, timestamp } = line
  const subject = subjectOfLabels(labels)
  return {
    source: 'log',
    cluster: subject.cluster,
    namespace: namespace ?? subject.namespace,
    kind: subject.kind,
    name: subject.kind ? subject.name : service,
    message,
    severity: severityOfLevel(level ?? ''),
    service,
    labels: { ...labels, log_source: source, level },
    observed_at: timestamp,
    paths: { namespace: `${path}namespace`, kind: `${path}labels.kind`, name: `${path}labels.name` },
  }
}

/** A line that is no error is reported for information, at any level. */
function severityOfLevel(level: string): Severity {
  if (/^(?:fatal|panic|critical|crit|emerg(?:ency)?|alert|[012]|60)$/i.test(level)) return 'high'
  return /^(?:error|err|severe|3|50)$/i.test(level) ? 'medium' : 'info'
}
