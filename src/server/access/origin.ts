import type { RequestHandler } from 'express'
import { sendProblem } from '#src/server/problems.ts'
import { type AccessSettings, requiresAuthentication } from './authentication.ts'

/* Defence against web pages of other origins that send requests through a user's browser. */

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses changes from pages of another origin: browsers attach a user's credentials to such requests. Programs send neither of the two
 * headers.
 */
export const requireSameOrigin: RequestHandler = (request, response, next) => {
  if (safeMethods.has(request.method)) return next()
  const site = request.get('sec-fetch-site')
  const origin = request.get('origin')
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (!isForeign && (origin === undefined || isHost(origin, request.get('host')))) return next()
  sendProblem(response, 'SRE_SERVER_ORIGIN_REFUSED', 'changes are accepted only from pages of this service')
}

function isHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/**
 * Where callers are not authenticated, refuses requests whose Host names another machine: a web page that points its own name at this
 * address could otherwise read what the service knows.
 */
export function requireLocalHost(access: AccessSettings | undefined): RequestHandler {
  if (requiresAuthentication(access)) return (_request, _response, next) => next()
  return (request, response, next) => {
    const { host } = request.headers
    if (host === undefined || loopback.test(host)) return next()
    sendProblem(response, 'SRE_SERVER_HOST_REFUSED', 'the Host header must be localhost or an address of this machine')
  }
}
