import express, { type Express } from 'express'
import helmet from 'helmet'
import { handleError } from './handle-error.ts'
import { hostGuard } from './host-guard.ts'
import { jsonBody } from './json-body.ts'
import { openApiDocument } from './openapi-document.ts'
import { decide } from './routes/decide.ts'
import { docs } from './routes/docs.ts'
import { oneIncident, recentIncidents } from './routes/incidents.ts'
import { sendProblem } from './send-problem.ts'
import type { ServerDeps } from './service-ports.ts'
import { trace } from './trace.ts'

/* HTTP: one resource a file under routes/. Nothing is judged here; every answer bears a trace id, every error is a problem. */

const posts = ['/decide', '/decision']
const gets = [
  '/api/incidents',
  '/api/incidents/:id',
  '/workflow/info',
  '/health',
  '/openapi.json',
  '/docs',
  '/docs/docs.css',
  '/docs/docs.js',
  '/redoc',
  '/',
]

/** The express application; it does not listen. */
export function createServer(deps: ServerDeps): Express {
  const { logger, archive } = deps
  const server = express()
  server.set('etag', false)
  server.set('query parser', 'simple')
  server.use(trace(logger), securityHeaders(), hostGuard)
  server.post(posts, ...jsonBody, decide(deps))
  server.get('/api/incidents', recentIncidents(archive))
  server.get('/api/incidents/:id', oneIncident(archive))
  server.get('/workflow/info', (_request, response) => void response.json(deps.workflow()))
  server.get('/health', async (_request, response) => {
    const health = await deps.health()
    response.status(health.status === 'broken' ? 503 : 200).json(health)
  })
  let openApi: string | undefined
  server.get('/openapi.json', (_request, response) => {
    openApi ??= JSON.stringify(openApiDocument(deps))
    response.type('application/json').send(openApi)
  })
  server.use(docs(deps.web_root))
  refuseOtherMethods(server, posts, 'POST')
  refuseOtherMethods(server, gets, 'GET, HEAD')
  server.use((_request, response) => sendProblem(response, 'SRE_SERVER_ROUTE_UNKNOWN', 'see /docs for what there is'))
  server.use(handleError(logger))
  return server
}

/** Scripts, styles and calls from this service alone; no plain-HTTP upgrade, for there is no TLS here. */
function securityHeaders() {
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

function refuseOtherMethods(server: Express, addresses: string[], allow: string): void {
  server.all(addresses, (request, response) => {
    response.setHeader('Allow', allow)
    if (request.method === 'OPTIONS') response.status(204).end()
    else sendProblem(response, 'SRE_SERVER_METHOD_NOT_ALLOWED', `${request.method} is not known here; ${allow} is`)
  })
}
