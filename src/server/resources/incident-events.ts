import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { IncidentRecord } from '#src/domain/incident-record.ts'
import { invalidInput, Refusal } from '#src/server/problems.ts'
import { type Call, idParams, type Resource, route } from '#src/server/route.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'

type EventDeps = Pick<ServerDeps, 'archive' | 'stopping' | 'logger'>

const pollMs = 1_000
/** A comment is sent after this time without an event: proxies close silent streams. */
const heartbeatMs = 15_000
/** How long a client may leave what was written unread. */
const slowReaderTimeoutMs = 30_000
const maxLinesPerRead = 100

const eventId = /^\d{1,15}$/

/**
 * `GET /api/incidents/:id/events`: the timeline of an incident, line by line as it grows. The id of an event is its `seq`; a client that
 * reconnects with Last-Event-ID receives what was added since. The stream ends with an `end` event once the incident is over, and then
 * answers 204, which tells a browser not to reconnect.
 */
export const incidentEvents: Resource = {
  tag: 'incidents',
  routes: [
    route({
      method: 'get',
      path: '/api/incidents/:id/events',
      id: 'incidentEvents',
      summary: 'Its steps as they are added (server-sent events)',
      description:
        'The id of an event is its seq: Last-Event-ID, or after, resumes behind it. Ends with an event named end when the incident is over.',
      right: 'read',
      params: idParams('SRE_INCIDENTS_UNKNOWN'),
      query: z.object({
        after: z.string().regex(eventId, { error: 'the id of an event of this incident' }).optional(),
      }),
      stream: true,
      answers: {
        200: { description: 'The stream', events: true },
        204: { description: 'The incident is over, and every event was received' },
      },
      refusals: { 404: 'There is no such incident' },
      handle: answer,
    }),
  ],
}

async function answer(
  { params: { id }, query, request, response }: Call<{ id: string }, { after?: string }>,
  deps: EventDeps,
): Promise<void> {
  const after = lastEventId(request, query.after)
  const record = await deps.archive.get(id)
  if (!record) throw new Refusal('SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
  const hasReceivedAll = after > 0 && isOver(record) && (await deps.archive.timeline(id, after, 1)).length === 0
  if (hasReceivedAll) return void response.status(204).end()
  if (request.method === 'HEAD') return void response.type('text/event-stream').end()
  await stream(deps, { id, after }, response)
}

/** The header of a browser that reconnects wins over the query, which lets other clients start anywhere. */
function lastEventId(request: Request, after = '0'): number {
  const text = request.get('last-event-id') ?? after
  if (eventId.test(text)) return Number(text)
  throw invalidInput('SRE_SERVER_QUERY_INVALID', [
    { path: 'Last-Event-ID', problem: 'cannot be used', allowed: 'the id of an event of this incident' },
  ])
}

/** Nothing follows unless a person queues the incident again, and the client then connects again. */
function isOver({ status }: IncidentRecord): boolean {
  return status === 'closed' || status === 'expired'
}

interface Position {
  id: string
  after: number
}

async function stream(deps: EventDeps, from: Position, response: Response): Promise<void> {
  const disconnected = new AbortController()
  response.once('close', () => disconnected.abort())
  const writer = createEventWriter(response)
  const ending = AbortSignal.any([disconnected.signal, deps.stopping])
  try {
    await sendTimeline(deps, from, writer, ending)
  } catch (error) {
    // The head is sent already: the stream can only be closed, so that the client reconnects with the last id.
    if (!ending.aborted) deps.logger.warn({ error, incident_id: from.id }, 'an event stream was closed by a failure')
  } finally {
    response.end()
  }
}

async function sendTimeline(
  { archive }: EventDeps,
  { id, after }: Position,
  writer: EventWriter,
  ending: AbortSignal,
): Promise<void> {
  let sent = after
  let silentSince = performance.now()
  while (!ending.aborted) {
    // The record is read before the lines: an incident that is over by then has its last line already.
    const record = await archive.get(id)
    const lines = await archive.timeline(id, sent, maxLinesPerRead)
    for (const line of lines) {
      if (!(await writer.send({ id: String(line.seq), event: line.kind, data: line }))) return
      sent = line.seq
      silentSince = performance.now()
    }
    if (lines.length === maxLinesPerRead) continue
    if (!record || isOver(record)) {
      await writer.send({ event: 'end', data: { incident_id: id, status: record?.status } })
      return
    }
    if (performance.now() - silentSince >= heartbeatMs) {
      if (!(await writer.heartbeat())) return
      silentSince = performance.now()
    }
    await pause(pollMs, undefined, { signal: ending }).catch(() => undefined)
  }
}

interface ServerSentEvent {
  id?: string
  event: string
  data: unknown
}

/** Writes server-sent events. Every write waits until the client has read enough, so that nothing collects in memory. */
interface EventWriter {
  /** False: the client has disconnected, or was disconnected because it read too slowly. */
  send(event: ServerSentEvent): Promise<boolean>
  heartbeat(): Promise<boolean>
}

function createEventWriter(response: Response): EventWriter {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // Nginx buffers answers otherwise.
    'X-Accel-Buffering': 'no',
  })
  response.flushHeaders()
  const write = async (text: string): Promise<boolean> => {
    if (response.destroyed || response.writableEnded) return false
    if (response.write(text)) return true
    const timeout = AbortSignal.timeout(slowReaderTimeoutMs)
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
    heartbeat: () => write(': still here\n\n'),
  }
}
