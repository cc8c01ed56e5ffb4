import express, { type Express } from 'express'
import { identifyCaller } from './access/identify-caller.ts'
import { createDoors } from './access/need-right.ts'
import { sameOrigin } from './access/same-origin.ts'
import { cutSlowReaders } from './cut-slow-readers.ts'
import { guardStore } from './guard-store.ts'
import { handleError } from './handle-error.ts'
import { hostGuard } from './host-guard.ts'
import { mountPublicRoutes } from './mount-public-routes.ts'
import { mountRoutes } from './mount-routes.ts'
import { refuseWhenStopping } from './refuse-when-stopping.ts'
import { securityHeaders } from './security-headers.ts'
import { sendProblem } from './send-problem.ts'
import type { ServerDeps } from './service-ports.ts'
import { trace } from './trace.ts'

/*
 * HTTP: one resource a file under routes/. Nothing is judged here; every answer bears a trace id, every error is a problem. What is
 * behind `needCaller` knows who calls; what is before it is open to anybody who reaches the address.
 */

/** The express application; it does not listen. */
export function createServer(parts: ServerDeps): Express {
  const deps = guardStore(parts)
  const { logger } = deps
  const server = express()
  const doors = createDoors(deps)
  server.set('etag', false)
  server.set('query parser', 'simple')
  server.set('trust proxy', deps.trusted_proxies)
  server.use(trace(logger), cutSlowReaders(), securityHeaders(), hostGuard(deps.access), sameOrigin)
  server.use(identifyCaller(deps))
  mountPublicRoutes(server, deps)
  server.use(refuseWhenStopping(deps.stopping))
  mountRoutes(server, deps, doors)
  server.use(doors.needCaller)
  server.use((_request, response) => sendProblem(response, 'SRE_SERVER_ROUTE_UNKNOWN', 'see /docs for what there is'))
  server.use(handleError(logger, doors.refuse))
  return server
}
