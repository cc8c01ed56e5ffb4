import type { RequestHandler } from 'express'
import { sendProblem } from '#src/server/send-problem.ts'

const harmless = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses changes that a page of another origin asks for: browsers attach what they know of a user to such requests. Programs send
 * neither of the two headers.
 */
export const sameOrigin: RequestHandler = (request, response, next) => {
  if (harmless.has(request.method)) return next()
  const site = request.get('sec-fetch-site')
  const origin = request.get('origin')
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (!isForeign && (origin === undefined || isHost(origin, request.get('host')))) return next()
  sendProblem(response, 'SRE_SERVER_ORIGIN_REFUSED', 'changes are taken from pages of this service alone')
}

function isHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}
