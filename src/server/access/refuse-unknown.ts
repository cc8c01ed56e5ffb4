import { ipKeyGenerator } from 'express-rate-limit'
import type { Request, Response } from 'express'
import { sendProblem } from '#src/server/send-problem.ts'
import type { FailureCounter } from './count-failures.ts'
import type { Unknown } from './request-caller.ts'

const challenge = 'Bearer realm="sre-agent", Basic realm="sre-agent", charset="UTF-8"'

const words: Record<Exclude<Unknown, 'unavailable' | 'no_role'>, string> = {
  missing: 'say who you are: Authorization: Bearer TOKEN, or the token as the password of Basic',
  invalid: 'the token is not known, not valid here or expired',
}

/**
 * Answers somebody who is not known. Too many wrong tokens from one address are answered with 429; a right one is always let in, so
 * that nobody can shut others out who come from the same address.
 */
export function createRefusal(failures: FailureCounter) {
  return (request: Request, response: Response, why: Unknown): void => {
    if (why === 'unavailable')
      return sendProblem(response, 'SRE_ACCESS_ISSUER_UNREACHABLE', 'the token cannot be checked at the moment')
    if (why === 'no_role')
      return sendProblem(response, 'SRE_ACCESS_FORBIDDEN', 'the token is valid, but none of its roles is known here')
    if (why === 'invalid' && failures.note(ipKeyGenerator(request.ip ?? ''))) {
      response.setHeader('Retry-After', '60')
      return sendProblem(response, 'SRE_ACCESS_TOO_MANY_FAILURES', 'too many wrong tokens from this address')
    }
    response.setHeader('WWW-Authenticate', challenge)
    sendProblem(response, 'SRE_ACCESS_UNAUTHENTICATED', words[why])
  }
}
