import type { RequestHandler } from 'express'
import type { IntakeSource, ServerDeps } from '#src/server/service-ports.ts'
import { traceIdOfResponse } from '#src/server/trace.ts'
import { deliver } from './deliver.ts'

/** Where each source posts to. `/decide` has a route of its own. */
export const signalAddresses: Readonly<Record<string, Exclude<IntakeSource, 'decide'>>> = {
  '/webhook/alertmanager': 'alertmanager',
  '/webhook/gcp': 'gcp',
  '/webhook/datadog': 'datadog',
  '/webhook/newrelic': 'newrelic',
  '/webhook/grafana': 'grafana',
  '/webhook/pagerduty': 'pagerduty',
  '/webhook/generic': 'generic',
  '/webhook/kubernetes': 'kubernetes',
  '/api/signals/logs': 'logs',
  '/api/signals/slack': 'slack',
  '/api/signals/github': 'github',
  '/api/issues': 'issues',
}

/** A webhook: 202 as soon as every signal is on disk, with what became of each. */
export function takeSignals({ intake }: Pick<ServerDeps, 'intake'>, source: IntakeSource): RequestHandler {
  return async (request, response) => {
    // Whoever files an issue by hand wants to know how things stand now; senders tell, and do not ask.
    const signals = await deliver(intake, { request, response }, { source, wants_answer: source === 'issues' })
    if (signals) response.status(202).json({ signals, trace_id: traceIdOfResponse(response) })
  }
}
