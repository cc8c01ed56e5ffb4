import type { RequestHandler } from 'express'
import type { AccessSettings } from './access/access-settings.ts'
import { asksWho } from './access/identify-caller.ts'
import { sendProblem } from './send-problem.ts'

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/**
 * Where nobody is asked who they are, refuses requests whose Host names another machine: a web page that points its own name at this
 * address could otherwise read what the service knows.
 */
export function hostGuard(access: AccessSettings | undefined): RequestHandler {
  if (asksWho(access)) return (_request, _response, next) => next()
  return (request, response, next) => {
    const { host } = request.headers
    if (host === undefined || loopback.test(host)) return next()
    sendProblem(response, 'SRE_SERVER_HOST_REFUSED', 'the Host header must be localhost or an address of this machine')
  }
}
