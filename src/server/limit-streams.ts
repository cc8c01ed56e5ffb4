import type { RequestHandler } from 'express'
import { callerOf } from './access/request-caller.ts'
import { sendProblem } from './send-problem.ts'
import type { ServerDeps } from './service-ports.ts'

/** Bounds the streams that are open at the same time, altogether and of one caller. */
export function limitStreams({ streams, streams_per_caller }: ServerDeps['limits']): RequestHandler {
  const open = new Map<string, number>()
  let all = 0
  return (request, response, next) => {
    const { name } = callerOf(request)
    const own = open.get(name) ?? 0
    if (own >= streams_per_caller || all >= streams) {
      const words = own >= streams_per_caller ? `${own} of yours are open` : `${all} are open`
      return sendProblem(response, 'SRE_SERVER_STREAMS_FULL', words)
    }
    open.set(name, own + 1)
    all++
    response.once('close', () => {
      const left = (open.get(name) ?? 1) - 1
      if (left > 0) open.set(name, left)
      else open.delete(name)
      all--
    })
    next()
  }
}
