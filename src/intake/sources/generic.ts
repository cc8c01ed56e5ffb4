import { z } from 'zod'
import { maxItems, optionalMoment, optionalText, optionalWord, textMap } from '#src/intake/payload-fields.ts'
import { severityOfWord } from '#src/intake/priority.ts'
import { type SignalDraft, type SignalSource, fieldProblems } from '#src/intake/signal-source.ts'
import { subjectOfLabels } from '#src/intake/subject-of-labels.ts'
import { isRecord } from '#src/util/is-record.ts'

const Alert = z.object({
  id: optionalWord,
  alert: optionalText,
  title: optionalText,
  state: optionalText,
  status: optionalText,
  severity: optionalWord,
  cluster: optionalText,
  namespace: optionalText,
  service: optionalText,
  resource_kind: optionalText,
  resource_name: optionalText,
  reason: optionalText,
  message: optionalText,
  labels: textMap,
  timestamp: optionalMoment,
})
const Alerts = z.array(Alert).max(maxItems)
const Wrapped = z.object({ alerts: Alerts })
const GenericPayload = z
  .union([Wrapped, Alerts, Alert])
  .meta({ title: 'An alert in the generic shape, a list of them, or {"alerts": [...]}' })

/** The generic shape: what a script or a system without a source of its own posts. */
export const generic: SignalSource = {
  path: '/webhook/generic',
  summary: 'Alerts in a plain shape, one or a list',
  payload: GenericPayload,
  read(body) {
    if (Array.isArray(body)) return draftsOf(Alerts.safeParse(body), '')
    if (isRecord(body) && 'alerts' in body) return draftsOf(Alerts.safeParse(body['alerts']), 'alerts.')
    const one = Alert.safeParse(body)
    return one.success ? { drafts: [draftOf(one.data, '')] } : { problems: fieldProblems(one.error) }
  },
}

/** `path`: where the list stands in the body. */
function draftsOf(
  parsed: z.ZodSafeParseResult<z.output<typeof Alerts>>,
  path: string,
): ReturnType<SignalSource['read']> {
  if (parsed.success) return { drafts: parsed.data.map((alert, index) => draftOf(alert, `${path}${index}.`)) }
  const problems = fieldProblems(parsed.error)
  return { problems: problems.map((problem) => ({ ...problem, path: joined(path, problem.path) })) }
}

function joined(path: string, place: string): string {
  return place === '' ? path.replace(/\.$/, '') : `${path}${place}`
}

function draftOf(alert: z.output<typeof Alert>, path: string): SignalDraft {
  const name = alert.alert ?? alert.labels['alertname'] ?? alert.title
  const subject = subjectOfLabels(alert.labels, name)
  const { namespace, resource_kind, resource_name, service, cluster } = alert
  const namesObject = resource_kind !== undefined || resource_name !== undefined
  return {
    source: 'generic',
    state: /^(?:resolved|ok|closed|recovered|inactive)$/i.test(alert.state ?? alert.status ?? '')
      ? 'resolved'
      : 'firing',
    cluster: cluster ?? subject.cluster,
    namespace: namespace ?? subject.namespace,
    kind: namesObject ? resource_kind : subject.kind,
    name: namesObject ? resource_name : (subject.name ?? service),
    reason: alert.reason,
    message:
      [alert.alert ? alert.title : undefined, alert.message].filter((text) => text !== undefined).join(': ') ||
      alert.title,
    alert: name,
    severity: severityOfWord(alert.severity ?? alert.labels['severity']),
    service: service ?? subject.service,
    labels: alert.labels,
    alert_key: alert.id && `generic:${alert.id}`,
    observed_at: alert.timestamp,
    paths: { namespace: `${path}namespace`, kind: `${path}resource_kind`, name: `${path}resource_name` },
  }
}
