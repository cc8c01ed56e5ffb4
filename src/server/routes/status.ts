import type { RequestHandler } from 'express'
import { knownCaller } from '#src/server/access/request-caller.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'

/** `GET /health`: is the process well? Who is not known hears no more than that. */
export function showHealth({ health }: Pick<ServerDeps, 'health'>): RequestHandler {
  return async (request, response) => {
    const state = await health()
    const { status } = state
    response.status(status === 'broken' ? 503 : 200).json(knownCaller(request) ? state : { status })
  }
}

/** `GET /ready`: could a run be done now? Names what is missing; who is not known hears the names alone. */
export function showReadiness({ readiness, stopping }: Pick<ServerDeps, 'readiness' | 'stopping'>): RequestHandler {
  return async (request, response) => {
    const { ready, checks } = await readiness()
    const service = { name: 'service' as const, status: 'missing' as const, detail: 'it is stopping' }
    const all = stopping.aborted ? [service, ...checks] : checks
    const shown = knownCaller(request) ? all : all.map(({ name, status }) => ({ name, status }))
    const isReady = ready && !stopping.aborted
    if (!isReady) response.setHeader('Retry-After', '5')
    response.status(isReady ? 200 : 503).json({ ready: isReady, checks: shown })
  }
}

/** `GET /workflow/info`: how the service thinks. */
export function showWorkflow({ workflow }: Pick<ServerDeps, 'workflow'>): RequestHandler {
  return (_request, response) => void response.json(workflow())
}
