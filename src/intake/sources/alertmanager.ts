import { z } from 'zod'
import type { Signal } from '#src/domain/signal.ts'
import { maxItems, optionalText, optionalTime, textMap } from '#src/intake/payload-fields.ts'
import { severityOfWord } from '#src/intake/priority.ts'
import { type DraftResult, type SignalDraft, type SignalSource, fieldProblems } from '#src/intake/signal-source.ts'
import { subjectOfLabels } from '#src/intake/subject-of-labels.ts'

/* Groups of alerts with labels and annotations, as Alertmanager and Grafana send them. */

const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: textMap,
  annotations: textMap,
  startsAt: optionalTime,
  endsAt: optionalTime,
  fingerprint: optionalText,
})

/** A notification about a group of alerts. */
export const AlertGroup = z.object({
  alerts: z.array(Alert).max(maxItems),
  truncatedAlerts: z.number().nullish(),
})

/** Alerts that always fire, to prove that alerting works. */
const heartbeats: ReadonlySet<string> = new Set([
  'Watchdog',
  'InfoInhibitor',
  'DeadMansSwitch',
  'PrometheusAlertmanagerE2eDeadManSwitch',
])

/** Alertmanager's webhook, version 4. */
export const alertmanager: SignalSource = {
  path: '/webhook/alertmanager',
  summary: 'Alerts of Prometheus Alertmanager (webhook version 4)',
  example: {
    version: '4',
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'KubePodCrashLooping', namespace: 'payments', pod: 'gateway-0', severity: 'critical' },
        annotations: { summary: 'gateway restarts' },
        startsAt: '2026-11-21T08:00:00Z',
      },
    ],
  },
  payload: AlertGroup.meta({ title: 'A notification of Alertmanager (webhook, version 4)' }),
  read: (body) => readAlertGroup('alertmanager', body),
}

/** Reads a group; each alert is a signal of its own. */
export function readAlertGroup(
  source: Extract<Signal['source'], 'alertmanager' | 'grafana'>,
  body: unknown,
): DraftResult {
  const parsed = AlertGroup.safeParse(body)
  if (!parsed.success) return { problems: fieldProblems(parsed.error) }
  const { alerts, truncatedAlerts } = parsed.data
  const skipped: string[] = []
  if (truncatedAlerts) skipped.push(`${truncatedAlerts} alerts that the sender cut off the group`)
  const drafts: SignalDraft[] = []
  for (const [index, alert] of alerts.entries()) {
    const name = alert.labels['alertname'] ?? ''
    if (heartbeats.has(name)) skipped.push(`${name}: it fires always, to show that alerting works`)
    else drafts.push(draftOf(source, alert, `alerts.${index}.labels`))
  }
  return { drafts, skipped }
}

function draftOf(source: SignalDraft['source'], alert: z.output<typeof Alert>, path: string): SignalDraft {
  const { labels, annotations, status, fingerprint } = alert
  const { keys, ...subject } = subjectOfLabels(labels, labels['alertname'])
  const runbook_url = annotations['runbook_url']
  return {
    ...subject,
    source,
    state: status,
    alert: labels['alertname'],
    reason: reasonOf(labels['reason']),
    message: messageOf(annotations),
    severity: severityOfWord(labels['severity'] ?? labels['priority']),
    labels: runbook_url ? { ...labels, runbook_url } : labels,
    alert_key: fingerprint && `${source}:${fingerprint}`,
    observed_at: (status === 'resolved' ? alert.endsAt : undefined) ?? alert.startsAt,
    paths: {
      namespace: `${path}.${keys.namespace ?? 'namespace'}`,
      kind: `${path}.${keys.name ?? 'kind'}`,
      name: `${path}.${keys.name ?? 'name'}`,
    },
  }
}

/** Only a word as Kubernetes writes reasons: others use the label for sentences. */
function reasonOf(label: string | undefined): string | undefined {
  return label && /^[A-Z][A-Za-z0-9]{2,63}$/.test(label) ? label : undefined
}

function messageOf(annotations: Readonly<Record<string, string>>): string | undefined {
  const { summary, description, message } = annotations
  const texts = [...new Set([summary, description ?? message])].filter((text) => text !== undefined && text !== '')
  return texts.join(': ') || undefined
}
