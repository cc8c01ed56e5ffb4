import { type IRouter, type Request, type RequestHandler, type Response, Router } from 'express'
import { audited } from './access/audited.ts'
import { knownCaller } from './access/authentication.ts'
import type { Authorization, Right } from './access/authorization.ts'
import { limitRate, limitStreams } from './access/rate-limits.ts'
import { createWebhookAuthentication } from './access/webhook-authentication.ts'
import { Refusal, sendProblem } from './problems.ts'
import { parseInput, readJson } from './request-input.ts'
import type { Call, Reply, Resource, Route } from './route.ts'
import type { ServerDeps } from './server-deps.ts'
import { traceIdOfResponse } from './trace.ts'

/** What all routes share. */
interface RouterParts {
  deps: ServerDeps
  authorization: Authorization
  limitSignals: RequestHandler
  limitRequests: RequestHandler
  limitOpenStreams: RequestHandler
}

/**
 * Makes the routes of a table. Each checks the caller's right, then the rate, then the path, reads the body, validates it and calls the
 * handler. Other methods of a known address are refused with 405 and the allowed ones.
 */
export function createRouter(resources: readonly Resource[], deps: ServerDeps, authorization: Authorization): IRouter {
  const router = Router()
  const parts: RouterParts = {
    deps,
    authorization,
    limitSignals: limitRate(deps.limits.signals_per_minute),
    limitRequests: limitRate(deps.limits.requests_per_minute),
    limitOpenStreams: limitStreams(deps.limits),
  }
  for (const route of resources.flatMap(({ routes }) => routes))
    router[route.method](route.path, ...guards(route, parts), handler(route, deps))
  for (const { below } of resources)
    if (below)
      router.all([below.path, `${below.path}/*rest`], authorization.requireRight(below.right), parts.limitRequests)
  for (const { routes, below } of resources)
    for (const [path, known] of Map.groupBy(routes, (route) => route.path))
      router.all(path, ...(below ? [] : requireKnownCaller(known, parts)), refuseOtherMethods(known))
  return router
}

/** Everything before the handler, in order. */
function guards(route: Route, parts: RouterParts): RequestHandler[] {
  const { body } = route
  const webhook =
    body && 'payload' in body && body.signed
      ? createWebhookAuthentication(body.payload, parts.deps, parts.authorization)
      : undefined
  return [
    ...admission(route, webhook?.before, parts),
    ...(route.params ? [requireParams(route.params)] : []),
    ...readBody(route, webhook?.verifyBody),
    ...(webhook ? [webhook.after] : []),
    ...(route.stream ? [parts.limitOpenStreams] : []),
  ]
}

/** The caller's right and the rate. A public route has neither. `authenticate` replaces the check of the right. */
function admission(
  { right, rightFor }: Route,
  authenticate: RequestHandler | undefined,
  { authorization, limitSignals, limitRequests }: RouterParts,
): RequestHandler[] {
  if (right === undefined) return []
  const rightOf = (request: Request): Right => rightFor?.(request) ?? right
  const requireRight: RequestHandler = (request, response, next) =>
    authorization.requireRight(rightOf(request))(request, response, next)
  const limit: RequestHandler = (request, response, next) =>
    (rightOf(request) === 'signal' ? limitSignals : limitRequests)(request, response, next)
  return [authenticate ?? requireRight, limit]
}

function requireParams({ schema, unknown }: NonNullable<Route['params']>): RequestHandler {
  return (request, _response, next) => {
    if (!schema.safeParse(request.params).success) throw new Refusal(unknown.code, unknown.detail)
    next()
  }
}

/** A POST without a described body may have one: it is ignored. */
function readBody({ method, body }: Route, verify: Parameters<typeof readJson>[0]['verify']): RequestHandler[] {
  if (!body) return method === 'post' ? readJson({ optional: true }) : []
  if ('schema' in body) return readJson({ optional: body.optional })
  return readJson({ mebibytes: body.mebibytes, form: body.form, verify })
}

function handler(route: Route, deps: ServerDeps): RequestHandler {
  return async (request, response) => {
    const reply = await route.handle(callOf(route, deps, request, response), deps)
    if (reply) send(response, reply)
  }
}

type Fields = Record<string, unknown>

function callOf(
  { params, query, body }: Route,
  deps: ServerDeps,
  request: Request,
  response: Response,
): Call<Fields, Fields> {
  const trace_id = traceIdOfResponse(response)
  const sent: unknown = request.body
  return {
    params: params ? params.schema.parse(request.params) : {},
    query: query ? parseInput(query, request.query, 'query') : {},
    body: body && 'schema' in body ? parseInput(body.schema, body.optional ? (sent ?? {}) : sent, 'body') : sent,
    get caller() {
      return callerOf(request)
    },
    trace_id,
    request,
    response,
    audited: (action, work) => audited(deps.audit, { caller: callerOf(request), trace_id }, action, work),
  }
}

function callerOf(request: Request) {
  const caller = knownCaller(request)
  if (!caller) throw new Error('a public route has no caller')
  return caller
}

function send(response: Response, { status = 200, headers = {}, json }: Reply): void {
  response.status(status).set(headers).json(json)
}

function requireKnownCaller(routes: readonly Route[], parts: RouterParts): RequestHandler[] {
  const isPublic = routes.every(({ right }) => right === undefined)
  return isPublic ? [] : [parts.authorization.requireCaller, parts.limitRequests]
}

function refuseOtherMethods(routes: readonly Route[]): RequestHandler {
  const methods = routes.map(({ method }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase()))
  const allow = methods.join(', ')
  return (request, response) => {
    response.setHeader('Allow', allow)
    if (request.method === 'OPTIONS') response.status(204).end()
    else sendProblem(response, 'SRE_SERVER_METHOD_NOT_ALLOWED', `${request.method} is not allowed here; ${allow} is`)
  }
}
