import type { RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import { sendProblem } from '#src/server/problems.ts'
import { knownCaller } from './authentication.ts'

/** Limits for one caller and for all. 0: no limit. */
export interface RateLimits {
  /** Requests that deliver signals. */
  readonly signals_per_minute: number
  /** All others. */
  readonly requests_per_minute: number
  readonly auth_failures_per_minute: number
  readonly streams: number
  readonly streams_per_caller: number
}

const windowMs = 60_000

/** Limits the requests per minute of one caller, or of one address where the caller is not known (yet). 0: no limit. */
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
    // The configuration says how many proxies in front are trusted.
    validate: false,
    handler: (_request, response) =>
      sendProblem(response, 'SRE_SERVER_RATE_LIMITED', `at most ${per_minute} such requests a minute`),
  })
}

/** Limits the streams that are open at the same time, in total and per caller. */
export function limitStreams({
  streams,
  streams_per_caller,
}: Pick<RateLimits, 'streams' | 'streams_per_caller'>): RequestHandler {
  const open = new Map<string, number>()
  let total = 0
  return (request, response, next) => {
    const name = knownCaller(request)?.name ?? ''
    const own = open.get(name) ?? 0
    if (own >= streams_per_caller || total >= streams) {
      const detail = own >= streams_per_caller ? `${own} of yours are open` : `${total} are open`
      return sendProblem(response, 'SRE_SERVER_STREAMS_FULL', detail)
    }
    open.set(name, own + 1)
    total++
    response.once('close', () => {
      const left = (open.get(name) ?? 1) - 1
      if (left > 0) open.set(name, left)
      else open.delete(name)
      total--
    })
    next()
  }
}

/** Counts failures per address within a minute. */
interface FailureCounter {
  /** Counts one more; true where there are more than allowed. */
  count(address: string): boolean
}

/** Addresses that are remembered; beyond it the oldest are forgotten, so that a flood of addresses costs no memory. */
const maxAddresses = 10_000

/** `limit` 0: no limit. */
export function createFailureCounter(limit: number, now: () => number): FailureCounter {
  const counts = new Map<string, { since: number; failures: number }>()
  return {
    count(address) {
      if (limit === 0) return false
      const known = counts.get(address)
      const current = known && now() - known.since < windowMs ? known : { since: now(), failures: 0 }
      current.failures++
      counts.delete(address)
      counts.set(address, current)
      for (const oldest of counts.keys()) {
        if (counts.size <= maxAddresses) break
        counts.delete(oldest)
      }
      return current.failures > limit
    },
  }
}
