import type { RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import { sendProblem } from '#src/server/send-problem.ts'
import { knownCaller } from './request-caller.ts'

const windowMs = 60_000

/** At most so many requests a minute of one caller, or of one address where the caller is not known (yet). 0: no limit. */
export function limitRate(per_minute: number): RequestHandler {
  if (per_minute === 0) return (_request, _response, next) => next()
  return rateLimit({
    windowMs,
    limit: per_minute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => {
      const caller = knownCaller(request)
      return caller ? `caller ${caller.name}` : `address ${ipKeyGenerator(request.ip ?? '')}`
    },
    // How much a proxy in front is believed is said in the configuration.
    validate: false,
    handler: (_request, response) =>
      sendProblem(response, 'SRE_SERVER_RATE_LIMITED', `at most ${per_minute} such requests a minute`),
  })
}
