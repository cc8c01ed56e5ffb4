import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponseObject } from 'zod-openapi'
import { Decision } from '../domain/decision.ts'
import { Health } from '../domain/health.ts'
import { Incident } from '../domain/signal.ts'
import { WorkflowInfo } from '../domain/workflow-info.ts'
import { IncidentAnswer, IncidentSummary } from './routes/incidents.ts'
import { Problem } from './send-problem.ts'
import type { ServerDeps } from './service-ports.ts'

const traceHeader = { 'X-Trace-Id': { description: 'Trace id of the request', schema: { type: 'string' as const } } }

const json = (description: string, schema: z.ZodType): ZodOpenApiResponseObject => ({
  description,
  headers: traceHeader,
  content: { 'application/json': { schema } },
})
const problem = (description: string): ZodOpenApiResponseObject => ({
  description,
  headers: traceHeader,
  content: { 'application/problem+json': { schema: Problem } },
})
const get = (
  operationId: string,
  summary: string,
  responses: ZodOpenApiOperationObject['responses'],
): { get: ZodOpenApiOperationObject } => ({
  get: { operationId, summary, responses },
})

const Accepted = z.object({
  incident_id: z.string(),
  trace_id: z.string(),
  status: z.literal('queued'),
  joined: z.boolean(),
  incident: Incident,
})

const example = {
  event_type: 'Warning',
  namespace: 'payments',
  resource_kind: 'Deployment',
  resource_name: 'payment-gateway',
  event_data: { reason: 'BackOff', message: 'Back-off restarting failed container' },
}

function decideOperation(payload: z.ZodType): ZodOpenApiOperationObject {
  return {
    summary: 'Work out what is wrong and what to do about it',
    description:
      'Takes our own plain shape, an Event object of core/v1 or events.k8s.io/v1, or what event exporters post. Only the namespace is required (cluster-scoped kinds excepted). Repeats of a problem join the incident that is under way.',
    requestParams: {
      query: z.object({
        wait: z.enum(['true', 'false']).optional().meta({ description: 'false: answer at once with 202' }),
      }),
    },
    requestBody: {
      required: true,
      content: { 'application/json': { schema: payload, example } },
    },
    responses: {
      200: json('The decision', Decision),
      202: {
        ...json('Accepted; the decision will be at the address in Location', Accepted),
        headers: {
          ...traceHeader,
          Location: { description: 'Address of the incident', schema: { type: 'string' as const } },
        },
      },
      400: problem('A field, the JSON or a query parameter cannot be used'),
      413: problem('The body is larger than 1 MiB'),
      415: problem('The body is not JSON'),
      503: problem('Too many incidents are waiting, the service is stopping, or the store failed'),
    },
  }
}

/** The description of the API, from the same values that validate it. */
export function openApiDocument({ payload, version }: Pick<ServerDeps, 'payload' | 'version'>): object {
  const list = z.object({ incidents: z.array(IncidentSummary) })
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'sre-agent',
      version,
      description: 'Diagnoses Kubernetes incidents with evidence.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    // There is no authentication: the service answers this machine alone.
    security: [],
    paths: {
      '/decide': { post: { operationId: 'decide', ...decideOperation(payload) } },
      '/decision': { post: { operationId: 'decision', deprecated: true, ...decideOperation(payload) } },
      '/api/incidents': {
        get: {
          operationId: 'recentIncidents',
          summary: 'The newest incidents',
          requestParams: { query: z.object({ limit: z.int().min(1).max(200).optional() }) },
          responses: { 200: json('Newest first', list), 400: problem('limit cannot be used') },
        },
      },
      '/api/incidents/{id}': {
        get: {
          operationId: 'oneIncident',
          summary: 'One incident with its decision',
          requestParams: { path: z.object({ id: z.string() }) },
          responses: { 200: json('The incident', IncidentAnswer), 404: problem('There is no such incident') },
        },
      },
      '/workflow/info': get('workflowInfo', 'How the service thinks', {
        200: json('Teams, stop conditions, minds', WorkflowInfo),
      }),
      '/health': get('health', 'Is it well', {
        200: json('It answers, perhaps without seeing everything', Health),
        503: json('It cannot keep what it is given', Health),
      }),
    },
    components: {
      schemas: { Decision, Problem, IncidentAnswer, WorkflowInfo, Health },
    },
  })
}
