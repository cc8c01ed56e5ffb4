import type { RequestHandler } from 'express'
import { sendProblem } from './send-problem.ts'

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/**
 * Refuses requests whose Host names another machine: without authentication, a web page that points its own name at this address
 * could otherwise read what the service knows.
 */
export const hostGuard: RequestHandler = (request, response, next) => {
  const { host } = request.headers
  if (host === undefined || loopback.test(host)) return next()
  sendProblem(response, 'SRE_SERVER_HOST_REFUSED', 'the Host header must be localhost or an address of this machine')
}
