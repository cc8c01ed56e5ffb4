import type { Request } from 'express'
import { z } from 'zod'
import { AdmissionResult } from '#src/domain/admission-result.ts'
import type { IntakeSource } from '#src/server/ports.ts'
import { Refusal } from '#src/server/problems.ts'
import { type Call, type PayloadBody, type Reply, type Resource, type Route, route } from '#src/server/route.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'

const Accepted = z.object({ signals: z.array(AdmissionResult), trace_id: z.string() })

const alertmanagerExample = {
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
}
const logExample = {
  source: 'fluentbit',
  service: 'gateway',
  namespace: 'payments',
  level: 'error',
  message: 'no such host: db',
}

const GcpQuery = z.object({
  auth_token: z.string().optional().meta({ description: 'The token, where no header can be set' }),
})

type Source = Exclude<IntakeSource, 'decide'>

/** A webhook: 202 as soon as every signal is on disk, with what became of each. */
function webhook(
  path: string,
  source: Source,
  summary: string,
  more: Partial<PayloadBody> & Pick<Route, 'query' | 'queryToken'> = {},
): Route {
  const { query, queryToken, ...body } = more
  return route({
    method: 'post',
    path,
    id: `take_${source}`,
    summary,
    description:
      'Answers as soon as every signal is on disk. A batch is accepted or refused as a whole, with the errors of every item.',
    right: 'signal',
    ...(query && { query }),
    ...(queryToken && { queryToken }),
    body: { payload: source, signed: true, mebibytes: 5, ...body },
    answers: {
      200: { description: 'No signal: a handshake or a ping', json: z.record(z.string(), z.unknown()) },
      202: { description: 'What became of each signal', json: Accepted },
    },
    async handle(call, deps) {
      // A person who reports an issue needs the present state; other senders only deliver.
      const delivered = await deliver(call, deps, { source, wants_answer: source === 'issues' })
      if ('json' in delivered) return delivered
      return { status: 202, json: { signals: delivered.signals, trace_id: call.trace_id } }
    },
  })
}

/** Where signals are delivered. `/decide` is a resource of its own. */
export const signals: Resource = {
  tag: 'signals',
  routes: [
    webhook('/webhook/alertmanager', 'alertmanager', 'Alerts of Prometheus Alertmanager (webhook version 4)', {
      example: alertmanagerExample,
    }),
    webhook('/webhook/gcp', 'gcp', 'Incidents of Google Cloud Monitoring', { query: GcpQuery, queryToken: true }),
    webhook('/webhook/datadog', 'datadog', 'Alerts of Datadog monitors'),
    webhook('/webhook/newrelic', 'newrelic', 'Issues of New Relic'),
    webhook('/webhook/grafana', 'grafana', 'Alerts of Grafana'),
    webhook('/webhook/pagerduty', 'pagerduty', 'Incidents of PagerDuty (webhooks version 3)'),
    webhook('/webhook/generic', 'generic', 'Alerts in a plain shape, one or a list'),
    webhook('/webhook/kubernetes', 'kubernetes', 'Event objects of Kubernetes, and what event exporters send'),
    webhook('/api/signals/logs', 'logs', 'Log lines that report a problem, one or a list', { example: logExample }),
    // Slash commands of Slack are sent as forms.
    webhook('/api/signals/slack', 'slack', 'Messages of Slack (Events API)', { form: true }),
    webhook('/api/signals/github', 'github', 'Deployments and workflows of GitHub'),
    webhook('/api/issues', 'issues', 'A problem that a person has seen', { mebibytes: 1 }),
  ],
}

const maxErrors = 300
const maxErrorsInDetail = 10

/** Hands a body to intake. The result of each signal, or a reply that the sender expects. Throws a Refusal where it is not accepted. */
export async function deliver(
  { request, caller, body, trace_id }: Call,
  { intake }: Pick<ServerDeps, 'intake'>,
  { source, wants_answer }: { source: IntakeSource; wants_answer: boolean },
): Promise<Reply | { signals: AdmissionResult[] }> {
  const headers = headersOf(request)
  const receipt = await intake.receive({ source, body, headers, wants_answer, caller: caller.name, trace_id })
  if (receipt.kind === 'reply') return { json: receipt.body }
  if (receipt.kind === 'invalid') {
    const errors = receipt.problems.slice(0, maxErrors)
    const first = errors.slice(0, maxErrorsInDetail).map(({ path, problem }) => `${path || 'the body'}: ${problem}`)
    const others = receipt.problems.length - first.length
    const detail = `${first.join('; ')}${others > 0 ? `; and ${others} more` : ''}`
    throw new Refusal('SRE_INTAKE_INVALID', detail, { errors })
  }
  const refused = receipt.fates.find(({ status }) => status === 'refused')
  if (refused) throw new Refusal('SRE_INTAKE_REFUSED', refused.reason, { signals: receipt.fates })
  return { signals: receipt.fates }
}

/** All headers but credentials, which intake never receives. */
function headersOf(request: Request): Record<string, string | undefined> {
  const { authorization: _, cookie: _cookie, ...others } = request.headers
  return Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
