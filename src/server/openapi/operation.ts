import type { z } from 'zod'
import type { ZodOpenApiOperationObject, ZodOpenApiPathItemObject, ZodOpenApiResponseObject } from 'zod-openapi'
import { type Right, rolesWith } from '#src/server/access/rights.ts'
import { problemOf } from '#src/server/problem-catalogue.ts'
import { Problem } from '#src/server/send-problem.ts'

/** Addresses and what can be done there. */
export type Paths = Record<string, ZodOpenApiPathItemObject>

const traceHeader = { 'X-Trace-Id': { description: 'Trace id of the request', schema: { type: 'string' as const } } }

/** An answer in JSON. */
export function jsonAnswer(description: string, schema: z.ZodType, headers: object = {}): ZodOpenApiResponseObject {
  return { description, headers: { ...traceHeader, ...headers }, content: { 'application/json': { schema } } }
}

const everywhere: Partial<Record<number, string>> = {
  401: problemOf('SRE_ACCESS_UNAUTHENTICATED').title,
  403: problemOf('SRE_ACCESS_FORBIDDEN').title,
  429: problemOf('SRE_SERVER_RATE_LIMITED').title,
  503: 'The store is away, the service is stopping, or a token cannot be checked',
}

/** Refusals, by status: `problems({ 404: 'There is no such incident' })`. */
function problems(described: Partial<Record<number, string>>): Record<string, ZodOpenApiResponseObject> {
  return Object.fromEntries(
    Object.entries({ ...everywhere, ...described }).map(([status, description = '']) => [
      status,
      { description, headers: traceHeader, content: { 'application/problem+json': { schema: Problem } } },
    ]),
  )
}

/** What an operation is made of. */
interface OperationParts {
  id: string
  summary: string
  description?: string
  /** Absent: anybody may. */
  right?: Right
  query?: z.ZodObject
  /** The address holds an id. */
  has_id?: boolean
  body?: { schema: z.ZodType; example?: object; optional?: boolean }
  answers: Record<number, ZodOpenApiResponseObject>
  refusals?: Record<number, string>
}

/** An operation with what all have in common: who may, and how it refuses. */
export function operation(parts: OperationParts, idSchema?: z.ZodObject): ZodOpenApiOperationObject {
  const { id, summary, right, query, body, answers } = parts
  const bodyRefusals = { 400: 'A field or the JSON cannot be used', 413: 'The body is too large', 415: 'It is no JSON' }
  const who = right && `Roles: ${rolesWith(right).join(', ')}.`
  const description = [parts.description, who].filter(Boolean).join(' ')
  const { example, optional = false } = body ?? {}
  return {
    operationId: id,
    summary,
    ...(description && { description }),
    ...(!right && { security: [] }),
    requestParams: { ...(query && { query }), ...(idSchema && { path: idSchema }) },
    ...(body && {
      requestBody: {
        required: !optional,
        content: { 'application/json': { schema: body.schema, ...(example && { example }) } },
      },
    }),
    responses: {
      ...answers,
      ...(right
        ? problems({
            ...(body && bodyRefusals),
            ...(query && { 400: 'A field or a query parameter cannot be used' }),
            ...parts.refusals,
          })
        : {}),
    },
  }
}
