import { z } from 'zod'
import { optionalMoment, optionalText, textMap } from '#src/intake/payload-fields.ts'
import { severityOfWord } from '#src/intake/priority.ts'
import { type SignalSource, fieldProblems } from '#src/intake/signal-source.ts'
import { subjectOfLabels } from '#src/intake/subject-of-labels.ts'

const GcpIncident = z.object({
  incident_id: optionalText,
  state: z.enum(['open', 'closed', 'OPEN', 'CLOSED']),
  summary: optionalText,
  policy_name: optionalText,
  condition_name: optionalText,
  severity: optionalText,
  started_at: optionalMoment,
  ended_at: optionalMoment,
  resource: z.object({ type: optionalText, labels: textMap }).nullish(),
  metric: z.object({ type: optionalText, labels: textMap }).nullish(),
  metadata: z.object({ system_labels: textMap, user_labels: textMap }).nullish(),
  policy_user_labels: textMap,
  documentation: z.object({ content: optionalText, subject: optionalText }).nullish(),
})
const GcpNotification = z
  .object({ version: optionalText, incident: GcpIncident })
  .meta({ title: 'A notification of Google Cloud Monitoring (webhook, version 1.2)' })

type Incident = z.output<typeof GcpIncident>

/** Cloud Monitoring's webhook: one incident of an alerting policy. */
export const gcpMonitoring: SignalSource = {
  path: '/webhook/gcp',
  summary: 'Incidents of Google Cloud Monitoring',
  acceptsQueryToken: true,
  payload: GcpNotification,
  read(body) {
    const parsed = GcpNotification.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const { incident } = parsed.data
    const { incident_id, policy_name, condition_name, policy_user_labels, resource } = incident
    const { keys, ...subject } = subjectOfLabels(placeLabels(incident), policy_name)
    const path = 'incident.resource.labels'
    const closed = incident.state.toLowerCase() === 'closed'
    return {
      drafts: [
        {
          ...subject,
          source: 'gcp_monitoring',
          state: closed ? 'resolved' : 'firing',
          alert: policy_name ?? condition_name,
          message: messageOf(incident),
          severity: severityOfWord(incident.severity) ?? severityOfWord(policy_user_labels['severity']),
          service: subject.service ?? policy_user_labels['service'],
          labels: {
            ...policy_user_labels,
            ...incident.metric?.labels,
            ...resource?.labels,
            condition_name,
            resource_type: resource?.type,
          },
          alert_key: incident_id && `gcp:${incident_id}`,
          observed_at: (closed ? incident.ended_at : undefined) ?? incident.started_at,
          paths: {
            namespace: `${path}.${keys.namespace ?? 'namespace_name'}`,
            kind: `${path}.${keys.name ?? 'kind'}`,
            name: `${path}.${keys.name ?? 'pod_name'}`,
          },
        },
      ],
    }
  },
}

/** The first that names a thing counts: the watched resource before what is known about it. */
function placeLabels({ resource, metadata, metric, policy_user_labels }: Incident): Record<string, string> {
  return {
    ...policy_user_labels,
    ...metadata?.user_labels,
    ...metric?.labels,
    ...metadata?.system_labels,
    ...resource?.labels,
  }
}

function messageOf({ summary, documentation }: Incident): string | undefined {
  return [summary, documentation?.content].filter((text) => text !== undefined).join(': ') || undefined
}
