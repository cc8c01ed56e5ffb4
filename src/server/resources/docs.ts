import { join } from 'node:path'
import { openApiDocument } from '#src/server/openapi.ts'
import { type Call, type Resource, type Route, route } from '#src/server/route.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'

/** A public page or file. */
function page(path: string, summary: string, handle: (call: Call, deps: ServerDeps) => void): Route {
  return route({
    method: 'get',
    path,
    id: path,
    summary,
    undocumented: true,
    answers: { 200: { description: summary } },
    handle,
  })
}

function file(path: string, name: string): Route {
  return page(path, 'A file of the API reference', ({ response }, { web_root }) =>
    response.sendFile(join(web_root, 'docs', name)),
  )
}

function redirect(path: string): Route {
  return page(path, 'Redirects to the API reference', ({ response }) => response.redirect('/docs'))
}

/** The description of the API, and its reference: three files that are part of the service. */
export function docs(described: readonly Resource[]): Resource {
  let document: string | undefined
  return {
    tag: 'docs',
    routes: [
      page('/openapi.json', 'The description of the API', ({ response }, deps) => {
        document ??= JSON.stringify(openApiDocument(described, deps))
        response.type('application/json').send(document)
      }),
      file('/docs', 'index.html'),
      file('/docs/docs.css', 'docs.css'),
      file('/docs/docs.js', 'docs.js'),
      redirect('/redoc'),
      redirect('/'),
    ],
  }
}
