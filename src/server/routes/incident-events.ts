import { setTimeout as pause } from 'node:timers/promises'
import type { Request, RequestHandler, Response } from 'express'
import type { IncidentRecord } from '#src/domain/incident-record.ts'
import { createEventWriter, type EventWriter } from '#src/server/event-writer.ts'
import { sendProblem } from '#src/server/send-problem.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'

type EventDeps = Pick<ServerDeps, 'archive' | 'stopping' | 'logger'>

/** How often the history is looked at, and how long a listener may hear nothing or read nothing. Milliseconds. */
export interface StreamPace {
  poll: number
  beat: number
  patience: number
}

const usual: StreamPace = { poll: 1_000, beat: 15_000, patience: 30_000 }
const pageSize = 100

/**
 * `GET /api/incidents/:id/events`: the history of an incident, line by line as it grows. The id of an event is its `seq`; who comes
 * back with Last-Event-ID hears what came since. It ends with an `end` event once the incident is over, and then answers 204, which tells
 * a browser not to come back.
 */
export function incidentEvents(deps: EventDeps, pace: StreamPace = usual): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const after = lastSeen(request)
    if (after === undefined)
      return sendProblem(response, 'SRE_SERVER_QUERY_INVALID', 'Last-Event-ID must be the id of an event', {
        errors: [{ path: 'Last-Event-ID', problem: 'cannot be used', allowed: 'the id of an event of this incident' }],
      })
    const { id } = request.params
    const record = await deps.archive.get(id)
    if (!record) return sendProblem(response, 'SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
    const hasHeardAll = after > 0 && isOver(record) && (await deps.archive.timeline(id, after, 1)).length === 0
    if (hasHeardAll) return void response.status(204).end()
    if (request.method === 'HEAD') return void response.type('text/event-stream').end()
    await stream(deps, { id, after, pace }, response)
  }
}

/** The header of a browser that comes back wins over the query, which lets others begin anywhere. */
function lastSeen(request: Request<{ id: string }>): number | undefined {
  const text = request.get('last-event-id') ?? request.query['after'] ?? '0'
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** Over: nothing will follow unless a person queues it again, which makes it a story of its own. */
function isOver({ status }: IncidentRecord): boolean {
  return status === 'closed' || status === 'expired'
}

async function stream(
  deps: EventDeps,
  from: { id: string; after: number; pace: StreamPace },
  response: Response,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const writer = createEventWriter(response, from.pace.patience)
  const ending = AbortSignal.any([gone.signal, deps.stopping])
  try {
    await tell(deps, from, writer, ending)
  } catch (error) {
    // The head is out already: all that is left is to break off, so that the listener comes back with the last id.
    if (!ending.aborted) deps.logger.warn({ error, incident_id: from.id }, 'an event stream broke off')
  } finally {
    response.end()
  }
}

async function tell(
  { archive }: EventDeps,
  { id, after, pace }: { id: string; after: number; pace: StreamPace },
  writer: EventWriter,
  ending: AbortSignal,
): Promise<void> {
  let seen = after
  let silentSince = performance.now()
  while (!ending.aborted) {
    // Read before the lines: what is over by then has written its last one already.
    const record = await archive.get(id)
    const lines = await archive.timeline(id, seen, pageSize)
    for (const line of lines) {
      if (!(await writer.send({ id: String(line.seq), event: line.kind, data: line }))) return
      seen = line.seq
      silentSince = performance.now()
    }
    if (lines.length === pageSize) continue
    if (!record || isOver(record)) {
      await writer.send({ event: 'end', data: { incident_id: id, status: record?.status } })
      return
    }
    if (performance.now() - silentSince >= pace.beat) {
      if (!(await writer.beat())) return
      silentSince = performance.now()
    }
    await pause(pace.poll, undefined, { signal: ending }).catch(() => undefined)
  }
}
