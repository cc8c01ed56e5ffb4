import type { Express, RequestHandler } from 'express'
import { readJson } from './read-json.ts'
import { refuseOtherMethods } from './refuse-other-methods.ts'
import { listCatalogue, oneEntry, putEntry, removeEntry } from './routes/catalogue.ts'
import type { ServerDeps } from './service-ports.ts'

/** Addresses of the catalogue. The name of a repository comes with its slash encoded. */
export function mountCatalogue(
  server: Express,
  deps: ServerDeps,
  reading: RequestHandler[],
  changing: RequestHandler[],
): void {
  const one = '/api/catalogue/:kind/:name' as const
  server.get('/api/catalogue', reading, listCatalogue(deps))
  server.get(one, reading, oneEntry(deps))
  server.put(one, changing, readJson({ mebibytes: 1 }), putEntry(deps))
  server.delete(one, changing, removeEntry(deps))
  server.all(['/api/catalogue', '/api/catalogue/*rest'], reading)
  refuseOtherMethods(server, ['/api/catalogue'], 'GET, HEAD')
  refuseOtherMethods(server, [one], 'GET, HEAD, PUT, DELETE')
}
