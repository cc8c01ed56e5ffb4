import { join } from 'node:path'
import { Router } from 'express'

const files: Record<string, string> = {
  '/docs': 'index.html',
  '/docs/docs.css': 'docs.css',
  '/docs/docs.js': 'docs.js',
}

/** The API reference: three files that ship with the service, nothing from elsewhere. */
export function docs(web_root: string): Router {
  const router = Router()
  for (const [address, file] of Object.entries(files))
    router.get(address, (_request, response) => response.sendFile(join(web_root, 'docs', file)))
  router.get(['/redoc', '/'], (_request, response) => response.redirect('/docs'))
  return router
}
