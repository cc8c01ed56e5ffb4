import { once } from 'node:events'
import type { Response } from 'express'

/** What a stream of server-sent events carries. */
export interface ServerSentEvent {
  id?: string
  event: string
  data: unknown
}

/** Writes server-sent events. Every write waits until the listener has room: nothing piles up in memory. */
export interface EventWriter {
  /** False: the listener is gone, or was cut off for reading too slowly. */
  send(event: ServerSentEvent): Promise<boolean>
  /** A comment: keeps proxies from taking a silent stream for a dead one. */
  beat(): Promise<boolean>
}

/** `patience_ms`: how long a listener may leave what was written unread. */
export function createEventWriter(response: Response, patience_ms: number): EventWriter {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // Nginx holds answers back otherwise.
    'X-Accel-Buffering': 'no',
  })
  response.flushHeaders()
  const write = async (text: string): Promise<boolean> => {
    if (response.destroyed || response.writableEnded) return false
    if (response.write(text)) return true
    const timeout = AbortSignal.timeout(patience_ms)
    try {
      await Promise.race([once(response, 'drain', { signal: timeout }), once(response, 'close', { signal: timeout })])
    } catch {
      response.destroy()
    }
    return !response.destroyed
  }
  return {
    send: ({ id, event, data }) =>
      write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    beat: () => write(': still here\n\n'),
  }
}
