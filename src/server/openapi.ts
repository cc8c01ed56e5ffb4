import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponseObject } from 'zod-openapi'
import { requiresAuthentication } from './access/authentication.ts'
import { rolesWith } from './access/authorization.ts'
import { Problem, problemOf } from './problems.ts'
import type { Answer, Resource, Route } from './route.ts'
import type { ServerDeps } from './server-deps.ts'

type DocumentDeps = Pick<ServerDeps, 'sources' | 'version' | 'access'>

const securitySchemes = {
  token: { type: 'http' as const, scheme: 'bearer', description: 'A token of configs/access.yaml, or a JWT' },
  password: { type: 'http' as const, scheme: 'basic', description: 'The token as the password, with any user name' },
}

/** The description of the API, from the same tables that serve it. */
export function openApiDocument(resources: readonly Resource[], { sources, version, access }: DocumentDeps): object {
  const authenticates = requiresAuthentication(access)
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const { tag, routes } of resources)
    for (const route of routes.filter(({ undocumented }) => !undocumented)) {
      const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
      paths[path] = { ...paths[path], [route.method]: operation(route, tag, sources) }
    }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'sre-agent',
      version,
      description: 'Diagnoses Kubernetes incidents with evidence.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: authenticates ? [{ token: [] }, { password: [] }] : [],
    paths,
    components: {
      schemas: { Problem, ...Object.assign({}, ...resources.map(({ schemas }) => schemas)) },
      ...(authenticates && { securitySchemes }),
    },
  })
}

function operation(route: Route, tag: string, sources: DocumentDeps['sources']): ZodOpenApiOperationObject {
  const { id, summary, right, params, query, body, deprecated } = route
  const roles = right && `Roles: ${rolesWith(right).join(', ')}.`
  const description = [route.description, roles].filter(Boolean).join(' ')
  const schema = body && ('payload' in body ? sources[body.payload].payload : (body.described ?? body.schema))
  const required = !(body && 'optional' in body && body.optional)
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    ...(deprecated && { deprecated }),
    ...(!right && { security: [] }),
    requestParams: { ...(query && { query }), ...(params && { path: params.schema }) },
    ...(schema && {
      requestBody: {
        required,
        content: { 'application/json': { schema, ...(body?.example && { example: body.example }) } },
      },
    }),
    responses: { ...answersOf(route.answers), ...(right ? refusalsOf(route) : {}) },
  }
}

const traceHeader = { 'X-Trace-Id': headerOf('Trace id of the request') }

function headerOf(description: string) {
  return { description, schema: { type: 'string' as const } }
}

function answersOf(answers: Readonly<Record<number, Answer>>): Record<string, ZodOpenApiResponseObject> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, json, events, headers = {} }]) => {
      const described = Object.entries(headers).map(([name, meaning]) => [name, headerOf(meaning)] as const)
      const content = json
        ? { 'application/json': { schema: json } }
        : events && { 'text/event-stream': { schema: z.string() } }
      return [
        status,
        { description, headers: { ...traceHeader, ...Object.fromEntries(described) }, ...(content && { content }) },
      ]
    }),
  )
}

const commonRefusals: Readonly<Record<number, string>> = {
  401: problemOf('SRE_ACCESS_UNAUTHENTICATED').title,
  403: problemOf('SRE_ACCESS_FORBIDDEN').title,
  429: problemOf('SRE_SERVER_RATE_LIMITED').title,
  503: 'The store cannot be reached, the service is stopping, or a token cannot be checked',
}
const bodyRefusals = {
  400: 'A field or the JSON cannot be used',
  413: 'The body is too large',
  415: 'The body is not JSON',
}

function refusalsOf({ body, query, refusals }: Route): Record<string, ZodOpenApiResponseObject> {
  const described = {
    ...commonRefusals,
    ...(body && bodyRefusals),
    ...(query && { 400: 'A field or a query parameter cannot be used' }),
    ...refusals,
  }
  const content = { 'application/problem+json': { schema: Problem } }
  return Object.fromEntries(
    Object.entries(described).map(([status, description]) => [status, { description, headers: traceHeader, content }]),
  )
}
