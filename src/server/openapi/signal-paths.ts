import { z } from 'zod'
import { Decision } from '#src/domain/decision.ts'
import { AdmissionResult } from '#src/domain/admission-result.ts'
import { signalAddresses } from '#src/server/routes/signals.ts'
import type { IntakeSource, ServerDeps } from '#src/server/service-ports.ts'
import { jsonAnswer, operation, type Paths } from './operation.ts'

const Taken = z.object({ signals: z.array(AdmissionResult), trace_id: z.string() })

const Accepted = z.object({
  incident_id: z.string().optional(),
  trace_id: z.string(),
  status: AdmissionResult.shape.status,
  joined: z.boolean(),
  signals: z.array(AdmissionResult),
})

const example = {
  event_type: 'Warning',
  namespace: 'payments',
  resource_kind: 'Deployment',
  resource_name: 'payment-gateway',
  event_data: { reason: 'BackOff', message: 'Back-off restarting failed container' },
}

const summaries: Record<Exclude<IntakeSource, 'decide'>, string> = {
  alertmanager: 'Alerts of Prometheus Alertmanager (webhook version 4)',
  gcp: 'Incidents of Google Cloud Monitoring',
  datadog: 'Alerts of Datadog monitors',
  newrelic: 'Issues of New Relic',
  grafana: 'Alerts of Grafana',
  pagerduty: 'Incidents of PagerDuty (webhooks version 3)',
  generic: 'Alerts in a plain shape, one or a list',
  kubernetes: 'Event objects of Kubernetes, and what event exporters post',
  logs: 'Lines of logs that tell of trouble, one or a list',
  slack: 'Messages of Slack (Events API)',
  github: 'Deployments and workflows of GitHub',
  issues: 'A problem that a person has seen',
}

/** Small ones, for people who try it out; senders' own payloads stand in docs/signals.md. */
const examples: Partial<Record<IntakeSource, object>> = {
  alertmanager: {
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
  logs: { source: 'fluentbit', service: 'gateway', namespace: 'payments', level: 'error', message: 'no such host: db' },
}

function decideOperation(id: string, payload: z.ZodType) {
  const location = { Location: { description: 'Address of the incident', schema: { type: 'string' as const } } }
  return operation({
    id,
    summary: 'Work out what is wrong and what to do about it',
    description:
      'Takes our own plain shape, an Event object of core/v1 or events.k8s.io/v1, or what event exporters post. Only the namespace is required (cluster-scoped kinds excepted). Repeats of a problem join its incident. Who hangs up stops no run. With wait=false a forwarder may call it, too.',
    right: 'ask',
    query: z.object({
      wait: z.enum(['true', 'false']).optional().meta({ description: 'false: answer at once with 202' }),
    }),
    body: { schema: payload, example },
    answers: {
      200: jsonAnswer('The decision', Decision),
      202: jsonAnswer('On disk; the decision will be at the address in Location', Accepted, location),
    },
    refusals: { 409: 'No run answers it: it is silenced, or its incident has ended without a decision' },
  })
}

/** Where signals come in. */
export function signalPaths(payloads: ServerDeps['payloads']): Paths {
  const webhooks = Object.entries(signalAddresses).map(([address, source]) => [
    address,
    {
      post: operation({
        id: `take_${source}`,
        summary: summaries[source],
        description:
          'Answers as soon as every signal is on disk. A batch is taken whole or refused whole, with the errors of every item.',
        right: 'signal',
        ...(source === 'gcp' && {
          query: z.object({
            auth_token: z.string().optional().meta({ description: 'The token, where no header can be set' }),
          }),
        }),
        body: { schema: payloads[source], ...(examples[source] && { example: examples[source] }) },
        answers: {
          200: jsonAnswer('Nothing to take: a handshake or a ping', z.record(z.string(), z.unknown())),
          202: jsonAnswer('What became of each signal', Taken),
        },
      }),
    },
  ])
  return {
    '/decide': { post: decideOperation('decide', payloads.decide) },
    '/decision': { post: { ...decideOperation('decision', payloads.decide), deprecated: true } },
    ...(Object.fromEntries(webhooks) as Paths),
  }
}
