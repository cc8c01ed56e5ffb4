import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Incident } from '../../src/domain/signal.ts'
import type { IncidentReader, IncidentStore } from '../../src/incidents/incident-store.ts'
import { answerFor } from '../helpers/answer-for.ts'

/** A store of which the test owns the life. `reopen` gives the same content to a new process. */
export interface StoreUnderTest {
  store: IncidentStore & IncidentReader
  reopen(): Promise<IncidentStore & IncidentReader>
  close(): Promise<void>
}

const incident = (id: string, over: Partial<Incident> = {}): Incident => ({
  id,
  fingerprint: `print-${id}`,
  namespace: 'payments',
  resource: { kind: 'Deployment', namespace: 'payments', name: 'gateway' },
  reason: 'BackOff',
  message: 'it\'s "down"',
  signal_count: 1,
  opened_at: `2026-11-21T12:00:0${id.length % 10}.000Z`,
  ...over,
})
const trace_id = 'a'.repeat(32)
const started_at = '2026-11-21T12:01:00.000Z'
const finished_at = '2026-11-21T12:02:00.000Z'

/** What every store of incidents promises. */
export function incidentStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`incident store: ${name}`, () => {
    let under: StoreUnderTest
    beforeEach(async () => {
      under = await open()
    })
    afterEach(() => under.close())

    const run = async (store: IncidentStore, id: string, run_id: string) => {
      await store.startRun({ run_id, incident_id: id, trace_id, started_at })
      const decision = answerFor({ incident: incident(id), run_id, trace_id })
      await store.finishRun({ run_id, status: 'done', decision, finished_at })
      return decision
    }

    it('gives back what it was given', async () => {
      const full = incident('a')
      expect(await under.store.admit({ incident: full, trace_id })).toEqual({ incident: full, joined: false })
      expect(await under.store.get('a')).toEqual({
        incident: full,
        status: 'queued',
        trace_id,
        updated_at: full.opened_at,
      })
    })

    it('keeps what is absent absent', async () => {
      const bare = incident('n', { namespace: undefined, reason: undefined, message: undefined })
      await under.store.admit({ incident: bare, trace_id })
      expect((await under.store.get('n'))?.incident).toEqual(bare)
    })

    it('knows nothing of incidents that it was not given', async () => {
      expect(await under.store.get('none')).toBeUndefined()
      expect(await under.store.recent(5)).toEqual([])
    })

    it('counts a repeat into the incident that is under way, queued or running', async () => {
      const first = incident('a', { fingerprint: 'same' })
      await under.store.admit({ incident: first, trace_id })
      const repeat = await under.store.admit({ incident: incident('bb', { fingerprint: 'same' }), trace_id })
      expect(repeat).toEqual({ incident: { ...first, signal_count: 2 }, joined: true })
      await under.store.startRun({ run_id: 'r1', incident_id: 'a', trace_id, started_at })
      const again = await under.store.admit({ incident: incident('ccc', { fingerprint: 'same' }), trace_id })
      expect(again).toMatchObject({ incident: { id: 'a', signal_count: 3 }, joined: true })
      expect(await under.store.get('bb')).toBeUndefined()
    })

    it('opens a new incident for a problem whose last one is over', async () => {
      await under.store.admit({ incident: incident('a', { fingerprint: 'same' }), trace_id })
      await run(under.store, 'a', 'r1')
      const next = await under.store.admit({ incident: incident('bb', { fingerprint: 'same' }), trace_id })
      expect(next).toMatchObject({ incident: { id: 'bb' }, joined: false })
    })

    it('makes one incident of repeats that arrive together', async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `i${index}`)
      const admitted = await Promise.all(
        ids.map((id) => under.store.admit({ incident: incident(id, { fingerprint: 'same' }), trace_id })),
      )
      expect(new Set(admitted.map((ticket) => ticket.incident.id)).size).toBe(1)
      expect(admitted.filter((ticket) => !ticket.joined)).toHaveLength(1)
      expect((await under.store.recent(30))[0]?.incident.signal_count).toBe(20)
    })

    it('gives the decision back word for word, its evidence in order', async () => {
      await under.store.admit({ incident: incident('a'), trace_id })
      const decision = await run(under.store, 'a', 'r1')
      expect(await under.store.get('a')).toEqual({
        incident: incident('a'),
        status: 'done',
        trace_id,
        updated_at: finished_at,
        decision,
      })
    })

    it('keeps all of the end of a run or nothing of it', async () => {
      await under.store.admit({ incident: incident('a'), trace_id })
      await under.store.startRun({ run_id: 'r1', incident_id: 'a', trace_id, started_at })
      const decision = answerFor({ incident: incident('a'), run_id: 'r1', trace_id })
      const twice = { ...decision, evidence: [...decision.evidence, ...decision.evidence] }
      const end = { run_id: 'r1', status: 'done', finished_at } as const
      await expect(under.store.finishRun({ ...end, decision: twice })).rejects.toThrow()
      expect(await under.store.get('a')).toMatchObject({ status: 'running' })
      expect((await under.store.get('a'))?.decision).toBeUndefined()
      await under.store.finishRun({ ...end, decision })
      expect((await under.store.get('a'))?.decision).toEqual(decision)
    })

    it('refuses a run of an incident that does not exist', async () => {
      await expect(under.store.startRun({ run_id: 'r', incident_id: 'none', trace_id, started_at })).rejects.toThrow()
    })

    it('lists the newest first, as many as asked for', async () => {
      for (const id of ['ccc', 'a', 'bb']) await under.store.admit({ incident: incident(id), trace_id })
      expect((await under.store.recent(2)).map((record) => record.incident.id)).toEqual(['ccc', 'bb'])
    })

    it('keeps everything for the next process, and hands it what was left, oldest first', async () => {
      for (const id of ['ccc', 'a', 'bb', 'dddd']) await under.store.admit({ incident: incident(id), trace_id })
      await under.store.startRun({ run_id: 'r1', incident_id: 'bb', trace_id, started_at })
      const decision = await run(under.store, 'dddd', 'r2')
      const next = await under.reopen()
      expect((await next.get('dddd'))?.decision).toEqual(decision)
      const left = await next.unfinished()
      expect(left.map((admission) => admission.incident.id)).toEqual(['a', 'bb', 'ccc'])
      expect(left[0]).toEqual({ incident: incident('a'), trace_id })
      expect(await next.get('bb')).toMatchObject({ status: 'queued' })
    })

    it('shows the decision of the last run', async () => {
      await under.store.admit({ incident: incident('a'), trace_id })
      await run(under.store, 'a', 'r1')
      await under.store.startRun({ run_id: 'r2', incident_id: 'a', trace_id, started_at })
      const decision = answerFor({ incident: incident('a'), run_id: 'r2', trace_id }, { summary: 'again' })
      await under.store.finishRun({ run_id: 'r2', status: 'failed', decision, finished_at: '2026-11-21T12:03:00.000Z' })
      expect(await under.store.get('a')).toMatchObject({ status: 'failed', decision: { summary: 'again' } })
    })
  })
}
