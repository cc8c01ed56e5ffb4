import type { RequestHandler } from 'express'

const patienceMs = 60_000

/**
 * Cuts off who does not read his answer: what is written and unread lies in memory. Waiting for an answer may take as long as the run,
 * reading one may not. `patience_ms`: from the end of the answer here to the last byte on the wire.
 */
export function cutSlowReaders(patience_ms = patienceMs): RequestHandler {
  return (request, response, next) => {
    let timer: NodeJS.Timeout | undefined
    response.once('prefinish', () => {
      if (!response.writableFinished) timer = setTimeout(() => request.socket.destroy(), patience_ms).unref()
    })
    response.once('close', () => clearTimeout(timer))
    next()
  }
}
