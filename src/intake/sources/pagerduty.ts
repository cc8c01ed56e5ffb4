import { z } from 'zod'
import { optionalText, optionalTime, optionalWord } from '#src/intake/payload-fields.ts'
import { severityOfWord } from '#src/intake/priority.ts'
import { type SignalSource, type SignedRequest, fieldProblems } from '#src/intake/signal-source.ts'
import { subjectOfLabels } from '#src/intake/subject-of-labels.ts'
import { isHmac } from '#src/intake/signatures.ts'
import { isRecord } from '#src/util/is-record.ts'

const Reference = z.object({ summary: optionalText }).nullish()

const IncidentData = z.object({
  id: optionalWord,
  title: optionalText,
  status: optionalText,
  urgency: optionalText,
  incident_key: optionalText,
  service: Reference,
  priority: Reference,
  body: z.unknown().optional(),
  custom_details: z.unknown().optional(),
  custom_fields: z.unknown().optional(),
})

const PagerDutyMessage = z
  .object({
    event: z.object({
      id: optionalWord,
      event_type: z.string().max(200),
      occurred_at: optionalTime,
      data: IncidentData,
    }),
  })
  .meta({ title: 'An event of PagerDuty (webhooks, version 3)' })

/** These events report the trouble itself; other events report what people do about it. */
const firing: ReadonlySet<string> = new Set([
  'incident.triggered',
  'incident.reopened',
  'incident.escalated',
  'incident.unacknowledged',
  'incident.priority_updated',
])

/** PagerDuty's webhooks, version 3: what happens to an incident there. */
export const pagerduty: SignalSource = {
  path: '/webhook/pagerduty',
  summary: 'Incidents of PagerDuty (webhooks version 3)',
  payload: PagerDutyMessage,
  checkSignature,
  read(body) {
    const parsed = PagerDutyMessage.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const { id, event_type, occurred_at, data } = parsed.data.event
    const resolved = event_type === 'incident.resolved'
    if (!resolved && !firing.has(event_type))
      return { drafts: [], skipped: [`${event_type.slice(0, 100)}: it reports no problem`] }
    const details = detailsOf(data)
    const { keys, ...subject } = subjectOfLabels(details, details['alertname'])
    const path = 'event.data.body.details'
    return {
      drafts: [
        {
          ...subject,
          source: 'pagerduty',
          state: resolved ? 'resolved' : 'firing',
          alert: details['alertname'] ?? details['alert'] ?? data.title,
          message: data.title,
          severity:
            severityOfWord(data.priority?.summary) ??
            severityOfWord(details['severity']) ??
            severityOfWord(data.urgency),
          service: subject.service ?? data.service?.summary,
          labels: { ...details, urgency: data.urgency, pagerduty_service: data.service?.summary },
          alert_key: data.id && `pagerduty:${data.id}`,
          delivery_key: id && `pagerduty:${id}`,
          observed_at: occurred_at,
          paths: {
            namespace: `${path}.${keys.namespace ?? 'namespace'}`,
            kind: `${path}.${keys.name ?? 'kind'}`,
            name: `${path}.${keys.name ?? 'name'}`,
          },
        },
      ],
    }
  },
}

/** Details stand in different places, by what sent them to PagerDuty, and may be nested once or twice. */
function detailsOf(data: z.output<typeof IncidentData>): Record<string, string> {
  const found: Record<string, string> = {}
  const collect = (value: unknown, depth: number): void => {
    if (!isRecord(value) || depth > 3) return
    for (const [key, inner] of Object.entries(value).slice(0, 256)) {
      if (typeof inner === 'string' && inner !== '') found[key] ??= inner.slice(0, 4096)
      else if (typeof inner === 'number' || typeof inner === 'boolean') found[key] ??= String(inner)
      else collect(inner, depth + 1)
    }
  }
  for (const place of [data.custom_details, data.body, data.custom_fields]) collect(place, 0)
  return found
}

/** `v1=<hex>,v1=<hex>`: PagerDuty signs with every secret in use, so that secrets can be replaced; one match is enough. */
function checkSignature({ headers, body, secret }: SignedRequest): boolean {
  const signatures = (headers['x-pagerduty-signature'] ?? '').split(',').slice(0, 16)
  return signatures.some((signature) => {
    const [version, hex = ''] = signature.trim().split('=')
    return version === 'v1' && isHmac(hex, secret, body)
  })
}
