import { describe, expect, it } from 'vitest'
import { buildClusterEvent } from '#test/helpers/cluster-event.ts'
import { EventBacklog, forwardEvents, eventObject } from '#src/cli/commands/watch.ts'
import type { ServiceResponse } from '#src/cli/call-service.ts'

type Reply = ServiceResponse | Error

async function forward(replies: Reply[], events = 1) {
  const backlog = new EventBacklog({ since: '2026-11-21T11:00:00.000Z', seen: [] }, () => 0)
  for (let number = 1; number <= events; number++) backlog.offer(buildClusterEvent(number))
  const stop = new AbortController()
  const pauses: number[] = []
  const said: string[] = []
  const bodies: unknown[] = []
  await forwardEvents(
    backlog,
    {
      post: async (body) => {
        bodies.push(body)
        const reply = replies.shift()
        if (!reply) throw new Error('asked too often')
        if (reply instanceof Error) throw reply
        return reply
      },
      pause: async (ms) => void pauses.push(ms),
      wake: async () => stop.abort(),
      onSettled: async () => undefined,
      say: (line) => void said.push(line),
    },
    stop.signal,
  )
  return { counts: backlog.counts, left: backlog.size, pauses, said, bodies }
}

const accepted: ServiceResponse = { status: 202, body: {} }

describe('src/cli/commands/watch/forward-events', () => {
  it('hands events over in order', async () => {
    const { counts, left, bodies } = await forward([accepted, accepted], 2)
    expect({ forwarded: counts.forwarded, left }).toEqual({ forwarded: 2, left: 0 })
    expect(bodies).toEqual([eventObject(buildClusterEvent(1)), eventObject(buildClusterEvent(2))])
  })

  it('keeps an event through an outage, with longer and longer pauses, and says so once', async () => {
    const outage = Array.from({ length: 8 }, () => new Error('connect ECONNREFUSED'))
    const { counts, pauses, said } = await forward([...outage, { status: 503, body: {} }, accepted])
    expect(counts).toMatchObject({ forwarded: 1, refused: 0 })
    expect(pauses.slice(0, 4)).toEqual([500, 1000, 2000, 4000])
    expect(Math.max(...pauses)).toBe(30_000)
    expect(said).toHaveLength(1)
  })

  it('waits as long as a busy service asks for, within reason', async () => {
    const busy = (retryAfter: number): ServiceResponse => ({ status: 429, body: {}, retryAfter })
    expect((await forward([busy(3), busy(9999), accepted])).pauses).toEqual([3000, 30_000])
  })

  it('gives up an event that the service will never take, says why, and goes on', async () => {
    const { counts, said } = await forward([{ status: 400, body: { title: 'Bad input' } }, accepted], 2)
    expect(counts).toMatchObject({ refused: 1, forwarded: 1 })
    expect(said).toEqual(['Refused: BackOff on Pod cart-1: HTTP 400: Bad input'])
  })

  it.each([301, 401, 403, 404, 409, 415, 429, 500])(
    'keeps an event where HTTP %i says that the way to the service is wrong',
    async (status) => {
      const { counts, left } = await forward([{ status, body: {} }, accepted])
      expect(counts).toMatchObject({ forwarded: 1, refused: 0 })
      expect(left).toBe(0)
    },
  )

  it('tells what makes it the same observation: uid, count and time', () => {
    const event = buildClusterEvent(1, { count: 3 })
    expect(eventObject(event)).toMatchObject({
      metadata: { uid: event.uid },
      count: 3,
      lastTimestamp: event.last_seen,
    })
  })

  it('asks about a node without a namespace', () => {
    const event = buildClusterEvent(1, { namespace: 'default', regarding: { kind: 'Node', name: 'worker-1' } })
    expect(eventObject(event)).toMatchObject({ kind: 'Event', involvedObject: { kind: 'Node', name: 'worker-1' } })
    expect(eventObject(event)['involvedObject']).not.toHaveProperty('namespace')
  })
})
