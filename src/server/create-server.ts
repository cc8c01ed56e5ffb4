import express, { type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import { identifyCaller } from './access/authentication.ts'
import { createAuthorization } from './access/authorization.ts'
import { requireLocalHost, requireSameOrigin } from './access/origin.ts'
import { handleError, sendProblem } from './problems.ts'
import { createResources } from './resources/index.ts'
import { createRouter } from './router.ts'
import type { ServerDeps } from './server-deps.ts'
import { trace } from './trace.ts'

/*
 * HTTP: one resource per file in resources/. Nothing is decided here; every answer has a trace id, every error is a problem. Routes with
 * a right authenticate the caller; routes without one are open to everybody who can reach the address.
 */

/** The express application; it does not listen. */
export function createServer(deps: ServerDeps): Express {
  const { access, logger } = deps
  const resources = createResources(deps.sources)
  const routes = resources.flatMap((resource) => resource.routes)
  const queryTokenPaths = new Set(routes.filter(({ queryToken }) => queryToken).map(({ path }) => path))
  const authorization = createAuthorization(deps)
  const server = express()
  server.set('etag', false)
  server.set('query parser', 'simple')
  server.set('trust proxy', deps.trusted_proxies)
  server.use(trace(logger), cutSlowReaders, securityHeaders(), requireLocalHost(access), requireSameOrigin)
  server.use(identifyCaller(deps, queryTokenPaths))
  server.use(refuseWhenStopping(deps.stopping))
  server.use(createRouter(resources, deps, authorization))
  server.use(authorization.requireCaller)
  server.use((_request, response) => sendProblem(response, 'SRE_SERVER_ROUTE_UNKNOWN', 'see /docs for all addresses'))
  server.use(handleError(logger, authorization.refuse))
  return server
}

const slowReaderTimeoutMs = 60_000

/**
 * Closes the connection of a client that does not read its answer within the time: an unread answer stays in memory. Computing an
 * answer may take as long as a run; reading one may not.
 */
const cutSlowReaders: RequestHandler = (request, response, next) => {
  let timer: NodeJS.Timeout | undefined
  response.once('prefinish', () => {
    if (!response.writableFinished) timer = setTimeout(() => request.socket.destroy(), slowReaderTimeoutMs).unref()
  })
  response.once('close', () => clearTimeout(timer))
  next()
}

/** Scripts, styles and requests only from and to this service; no upgrade to HTTPS, because the service has no TLS. */
function securityHeaders(): RequestHandler {
  return helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  })
}

/** A service that stops still answers reads, and accepts no changes. */
function refuseWhenStopping(stopping: AbortSignal): RequestHandler {
  return (request, response, next) => {
    if (!stopping.aborted || request.method === 'GET' || request.method === 'HEAD') return next()
    response.setHeader('Connection', 'close')
    sendProblem(
      response,
      'SRE_INCIDENTS_CLOSING',
      'the service is stopping; send the request to another replica, or again after the restart',
    )
  }
}
