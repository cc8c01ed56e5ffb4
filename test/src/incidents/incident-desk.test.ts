import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  openSqliteIncidentStore,
  type SqliteIncidentStore,
} from '../../../src/adapters/sqlite/sqlite-incident-store.ts'
import type { Signal } from '../../../src/domain/signal.ts'
import type { DeskDeps } from '../../../src/incidents/desk-deps.ts'
import { createIncidentDesk, type IncidentDesk } from '../../../src/incidents/incident-desk.ts'
import { answerFor } from '../../helpers/answer-for.ts'
import { quietLogger } from '../../helpers/quiet-logger.ts'
import { ScriptedInvestigator } from '../../helpers/scripted-investigator.ts'

const signal = (name: string, over: Partial<Signal> = {}): Signal => ({
  source: 'event',
  namespace: 'payments',
  resource: { kind: 'Deployment', namespace: 'payments', name },
  reason: 'BackOff',
  observed_at: '2026-11-21T12:00:00Z',
  ...over,
})
const trace_id = 'b'.repeat(32)

let store: SqliteIncidentStore
let investigator: ScriptedInvestigator
let logger: ReturnType<typeof quietLogger>
let count: number

function deskOf(over: Partial<DeskDeps['limits']> = {}, deps: Partial<DeskDeps> = {}): IncidentDesk {
  return createIncidentDesk({
    store,
    investigator,
    logger,
    limits: { concurrent: 2, queued: 3, run_ms: 60_000, ...over },
    newId: (prefix) => `${prefix}_${++count}`,
    now: () => Date.parse('2026-11-21T12:00:00Z') + count,
    ...deps,
  })
}

function answer(index: number, summary: string): void {
  const open = investigator.open[index]
  if (!open) throw new Error(`investigation ${index} has not begun`)
  open.answer.resolve(answerFor(open, { summary }))
}

beforeEach(async () => {
  store = await openSqliteIncidentStore(':memory:')
  investigator = new ScriptedInvestigator()
  logger = quietLogger()
  count = 0
})
afterEach(() => store.close())

describe('src/incidents/incident-desk', () => {
  it('has the incident on disk before it answers, and the decision before it gives it away', async () => {
    const desk = deskOf()
    const { incident } = await desk.submit(signal('gateway'), trace_id)
    expect(await store.get(incident.id)).toMatchObject({ trace_id, incident })
    await investigator.begun(1)
    expect(await store.get(incident.id)).toMatchObject({ status: 'running' })
    const waiting = desk.wait(incident.id)
    answer(0, 'found')
    expect(await waiting).toMatchObject({ summary: 'found', trace_id })
    expect(await store.get(incident.id)).toMatchObject({ status: 'done', decision: { summary: 'found' } })
  })

  it('gives one decision to all who report the same problem while it is looked into', async () => {
    const desk = deskOf()
    const first = await desk.submit(signal('gateway'), trace_id)
    await investigator.begun(1)
    const second = await desk.submit(signal('gateway', { reason: 'Unhealthy' }), trace_id)
    expect(second).toMatchObject({ joined: true, incident: { id: first.incident.id, signal_count: 2 } })
    const both = Promise.all([desk.wait(first.incident.id), desk.wait(second.incident.id)])
    answer(0, 'once')
    expect((await both).map((decision) => decision?.summary)).toEqual(['once', 'once'])
    expect(investigator.open).toHaveLength(1)
  })

  it('runs no more at once than allowed, and the rest in the order of arrival', async () => {
    const desk = deskOf()
    const tickets = []
    for (const name of ['a', 'b', 'c', 'd']) tickets.push(await desk.submit(signal(name), trace_id))
    await investigator.begun(2)
    expect(investigator.open.map(({ incident }) => incident.resource.name)).toEqual(['a', 'b'])
    answer(1, 'b done')
    await investigator.begun(3)
    answer(0, 'a done')
    await investigator.begun(4)
    expect(investigator.open.map(({ incident }) => incident.resource.name)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('refuses what it has no room for, keeps nothing of it, and still counts repeats', async () => {
    const desk = deskOf({ concurrent: 1, queued: 1 })
    await desk.submit(signal('a'), trace_id)
    await desk.submit(signal('b'), trace_id)
    await expect(desk.submit(signal('c'), trace_id)).rejects.toMatchObject({
      code: 'SRE_INCIDENTS_QUEUE_FULL',
      retry: true,
    })
    expect(await desk.submit(signal('b'), trace_id)).toMatchObject({ joined: true })
    expect((await store.recent(10)).map((record) => record.incident.resource.name)).toEqual(['b', 'a'])
  })

  it("answers unknown with a gap, and nobody's stack, where an investigation breaks", async () => {
    investigator.answerWith = () => Promise.reject(new TypeError("Cannot read properties of undefined (reading 'x')"))
    const desk = deskOf()
    const { incident } = await desk.submit(signal('gateway'), trace_id)
    const decision = await desk.wait(incident.id)
    expect(decision).toMatchObject({
      outcome: 'unknown',
      stopped_by: 'critical_error',
      incident_id: incident.id,
      trace_id,
    })
    expect(decision?.gaps).toHaveLength(1)
    expect(JSON.stringify(decision)).not.toMatch(/undefined|TypeError|\.ts/)
    expect(await store.get(incident.id)).toMatchObject({ status: 'failed', decision })
    expect(logger.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { trace_id, incident_id: incident.id } },
    ])
  })

  it('notes under the trace id what each run came to, in words of its own alone', async () => {
    investigator.answerWith = (request) => Promise.resolve(answerFor(request))
    const desk = deskOf()
    const { incident } = await desk.submit(signal('gateway'), trace_id)
    const decision = await desk.wait(incident.id)
    const noted = logger.lines.find(({ message }) => message === 'incident decided')
    expect(noted).toMatchObject({
      level: 'info',
      fields: { trace_id, incident_id: incident.id, outcome: decision?.outcome },
    })
    expect(JSON.stringify(logger.lines)).not.toContain(decision?.summary)
  })

  it('gives up a run that never ends, and its slot is free again', async () => {
    const desk = deskOf({ concurrent: 1, run_ms: 20 })
    const { incident } = await desk.submit(signal('a'), trace_id)
    const next = await desk.submit(signal('b'), trace_id)
    expect(await desk.wait(incident.id)).toMatchObject({
      outcome: 'unknown',
      summary: expect.stringContaining('did not end'),
    })
    expect(investigator.open[0]?.signal.aborted).toBe(true)
    expect(await desk.wait(next.incident.id)).toMatchObject({ outcome: 'unknown' })
  })

  it('says so where the store does not take a signal', async () => {
    const desk = deskOf(
      {},
      { store: Object.assign(Object.create(store), { admit: () => Promise.reject(new Error('disk full')) }) },
    )
    await expect(desk.submit(signal('a'), trace_id)).rejects.toMatchObject({ code: 'SRE_INCIDENTS_STORE_FAILED' })
  })

  it('gives away no decision that could not be stored', async () => {
    const broken = Object.assign(Object.create(store), {
      admit: store.admit.bind(store),
      startRun: store.startRun.bind(store),
      finishRun: () => Promise.reject(new Error('disk full')),
    })
    const desk = deskOf({}, { store: broken })
    const { incident } = await desk.submit(signal('a'), trace_id)
    const waiting = desk.wait(incident.id)
    await investigator.begun(1)
    answer(0, 'found')
    await expect(waiting).rejects.toMatchObject({ code: 'SRE_INCIDENTS_STORE_FAILED' })
    expect(await store.get(incident.id)).toMatchObject({ status: 'running' })
  })

  it('takes up what an earlier process left, under new run ids', async () => {
    const earlier = deskOf({ concurrent: 1 })
    const running = await earlier.submit(signal('a'), trace_id)
    const queued = await earlier.submit(signal('b'), trace_id)
    await investigator.begun(1)
    const desk = deskOf()
    expect(await desk.recover()).toBe(2)
    await investigator.begun(3)
    expect(investigator.open.slice(1).map(({ incident }) => incident.id)).toEqual([
      running.incident.id,
      queued.incident.id,
    ])
    expect(new Set(investigator.open.map(({ run_id }) => run_id)).size).toBe(3)
    expect(investigator.open[1]?.trace_id).toBe(trace_id)
  })

  it('lets runs end when it closes, and accepts nothing more', async () => {
    const desk = deskOf()
    const { incident } = await desk.submit(signal('a'), trace_id)
    await investigator.begun(1)
    const waiting = desk.wait(incident.id)
    const closed = desk.close(10_000)
    await expect(desk.submit(signal('b'), trace_id)).rejects.toMatchObject({ code: 'SRE_INCIDENTS_CLOSING' })
    answer(0, 'in time')
    await closed
    expect(await waiting).toMatchObject({ summary: 'in time' })
    expect(await store.get(incident.id)).toMatchObject({ status: 'done' })
  })

  it('cuts off what does not end in time, and leaves it and the queue for the next process', async () => {
    const desk = deskOf({ concurrent: 1 })
    const running = await desk.submit(signal('a'), trace_id)
    const queued = await desk.submit(signal('b'), trace_id)
    await investigator.begun(1)
    const waiting = [desk.wait(running.incident.id), desk.wait(queued.incident.id)]
    await desk.close(10)
    for (const decision of waiting) await expect(decision).rejects.toMatchObject({ code: 'SRE_INCIDENTS_CLOSING' })
    expect(investigator.open).toHaveLength(1)
    expect(investigator.open[0]?.signal.aborted).toBe(true)
    expect((await store.unfinished()).map(({ incident }) => incident.resource.name)).toEqual(['a', 'b'])
  })
})
