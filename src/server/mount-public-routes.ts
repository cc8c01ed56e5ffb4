import type { Express } from 'express'
import { openApiDocument } from './openapi/openapi-document.ts'
import { refuseOtherMethods } from './refuse-other-methods.ts'
import { docs } from './routes/docs.ts'
import { showHealth, showReadiness } from './routes/status.ts'
import type { ServerDeps } from './service-ports.ts'

const addresses = ['/health', '/ready', '/openapi.json', '/docs', '/docs/docs.css', '/docs/docs.js', '/redoc', '/']

/** What anybody may see: that the service lives, and how to talk to it. */
export function mountPublicRoutes(server: Express, deps: ServerDeps): void {
  server.get('/health', showHealth(deps))
  server.get('/ready', showReadiness(deps))
  let openApi: string | undefined
  server.get('/openapi.json', (_request, response) => {
    openApi ??= JSON.stringify(openApiDocument(deps))
    response.type('application/json').send(openApi)
  })
  server.use(docs(deps.web_root))
  refuseOtherMethods(server, addresses, 'GET, HEAD')
}
