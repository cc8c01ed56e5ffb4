import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '#src/adapters/sql/store.ts'
import type { Claim, ClaimRequest, SweepRequest } from '#src/incidents/port.ts'
import type { Candidate } from '#src/intake/port.ts'
import { answerFor } from '#test/helpers/answer-for.ts'
import { buildCandidate } from '#test/helpers/build-candidate.ts'
import { plainJudge } from '#test/helpers/plain-judge.ts'
import type { CreateDatabase, DatabaseUnderTest } from '#test/helpers/store-engines.ts'

const now = Date.parse('2026-11-26T12:00:00.000Z')
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString()

/** What every queue promises. */
export function queueStoreContract(name: string, create: CreateDatabase): void {
  describe(`queue store: ${name}`, () => {
    let database: DatabaseUnderTest
    let store: Store
    let runs = 0
    beforeEach(async () => {
      database = await create()
      store = await database.open()
      runs = 0
    })
    afterEach(() => database.close())

    const admit = async (...batch: Candidate[]) => {
      await store.admission.admit(batch, plainJudge)
      return batch.map((candidate) => candidate.new_incident_id)
    }
    const problem = (service: string, over: Partial<Candidate> = {}) =>
      buildCandidate({ fingerprint: `${service}-${Math.random()}`, service, ...over })
    const claim = (over: Partial<ClaimRequest> = {}) => {
      runs += 1
      return store.queue.claim({
        owner: 'w1',
        now,
        lease_ms: 30_000,
        limit: 3,
        new_run_id: `run_${runs}`,
        alone: true,
        ...over,
      })
    }
    const claimed = async (over: Partial<ClaimRequest> = {}): Promise<Claim> => {
      const got = await claim(over)
      if (!got) throw new Error('nothing to claim')
      return got
    }
    const sweep = (over: Partial<SweepRequest> = {}) =>
      store.queue.sweep({ now, expired_leases: [], max_failures: 3, quiet_before: 0, retry_at: now, ...over })
    const kinds = async (id: string) => (await store.archive.timeline(id, 0, 100)).map((entry) => entry.kind)
    const decided = (of: Claim) => ({ kind: 'decided', decision: answerFor(of), scope: [] }) as const

    it('hands out an incident with all that a run needs, and nothing twice', async () => {
      const candidate = buildCandidate()
      const [id = ''] = await admit(candidate)
      expect(await claim()).toMatchObject({
        incident: { id, service: 'payments/gateway', signal_count: 1 },
        trace_id: candidate.trace_id,
        attempt: 1,
        owner: 'w1',
        lease_until: now + 30_000,
        failures: 0,
        run_id: 'run_1',
        resumes: false,
      })
      expect(await claim()).toBeUndefined()
      expect(await store.archive.get(id)).toMatchObject({ status: 'running' })
    })

    it('goes by priority, and lets two minutes of waiting weigh as much as a step', async () => {
      const [low = '', aged = '', high = ''] = await admit(
        problem('a', { priority: 'P4' }),
        problem('b', { priority: 'P5', received_at: at(-300) }),
        problem('c', { priority: 'P2' }),
      )
      const order = [await claimed(), await claimed(), await claimed()].map((each) => each.incident.id)
      expect(order).toEqual([high, aged, low])
    })

    it('runs one incident of a service at a time, and goes on with other services meanwhile', async () => {
      const [first = '', second = '', other = ''] = await admit(
        problem('a', { priority: 'P1' }),
        problem('a', { priority: 'P2' }),
        problem('b'),
      )
      const one = await claimed()
      expect(one.incident.id).toBe(first)
      expect((await claimed()).incident.id).toBe(other)
      expect(await claim()).toBeUndefined()
      await store.queue.finish(one, decided(one), now)
      expect((await claimed()).incident.id).toBe(second)
    })

    it('never passes the limit', async () => {
      await admit(problem('a'), problem('b'), problem('c'))
      const one = await claimed({ limit: 2 })
      await claimed({ limit: 2 })
      expect(await claim({ limit: 2 })).toBeUndefined()
      await store.queue.finish(one, decided(one), now)
      expect(await claim({ limit: 2 })).toBeDefined()
    })

    it('keeps the end of a run whole: decision, evidence in order, actions, history', async () => {
      const [id = ''] = await admit(buildCandidate())
      const one = await claimed()
      const decision = answerFor(one, { outcome: 'issue', summary: 'it is "broken" \u0000' })
      expect(await store.queue.finish(one, { ...decided(one), decision }, now + 9000)).toBe(true)
      expect(await store.archive.get(id)).toMatchObject({
        status: 'done',
        updated_at: at(9),
        decision: { ...decision, summary: 'it is "broken" ' },
      })
      expect(await kinds(id)).toEqual(['opened', 'claimed', 'decided'])
      expect((await store.archive.timeline(id, 2, 10))[0]).toMatchObject({
        seq: 3,
        run_id: one.run_id,
        actor: 'w1',
        at: at(9),
      })
    })

    it('closes an incident with its decision where nothing is wrong', async () => {
      const [id = ''] = await admit(buildCandidate())
      const one = await claimed()
      await store.queue.finish(one, { ...decided(one), close: 'the verdict is healthy' }, now + 9000)
      expect(await store.archive.get(id)).toMatchObject({
        status: 'closed',
        status_reason: 'the verdict is healthy',
        closed_at: at(9),
        decision: { outcome: 'healthy' },
      })
    })

    it('lets only the holder of a claim renew, note and finish', async () => {
      const [id = ''] = await admit(buildCandidate())
      const lost = await claimed()
      expect(await store.queue.renew(lost, now + 40_000)).toBe(true)
      await sweep({ expired_leases: [{ incident_id: id, attempt: 1, lease_until: now + 40_000 }] })
      const held = await claimed({ owner: 'w2' })
      expect(held).toMatchObject({
        attempt: 2,
        run_id: lost.run_id,
        resumes: true,
        failures: 1,
        trace_id: lost.trace_id,
      })
      expect(await store.queue.renew(lost, now + 50_000)).toBe(false)
      await store.queue.note(lost, [{ at: at(1), kind: 'step', text: 'lost' }])
      await store.queue.note(held, [
        { at: at(2), kind: 'step', text: 'held', run_id: held.run_id },
        { at: at(2), kind: 'step', text: 'and more' },
      ])
      expect(await store.queue.finish(lost, decided(lost), now)).toBe(false)
      expect((await store.archive.get(id))?.decision).toBeUndefined()
      expect(await store.queue.finish(held, decided(held), now)).toBe(true)
      expect(await store.queue.finish(held, decided(held), now)).toBe(false)
      expect(await kinds(id)).toEqual(['opened', 'claimed', 'interrupted', 'resumed', 'step', 'step', 'decided'])
      expect((await store.archive.timeline(id, 0, 100)).map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5, 6, 7])
    })

    it('tells of all claims, and takes back only one that still stands as it was seen', async () => {
      const [id = ''] = await admit(buildCandidate())
      const one = await claimed()
      const seen = { incident_id: id, attempt: 1, lease_until: one.lease_until }
      expect(await store.queue.leases()).toEqual([seen])
      await store.queue.renew(one, now + 60_000)
      expect(await sweep({ expired_leases: [seen] })).toEqual({ expired: [], abandoned: [], quiet: [] })
      const swept = await sweep({ expired_leases: [{ ...seen, lease_until: now + 60_000 }] })
      expect(swept.abandoned.map((incident) => incident.id)).toEqual([id])
      expect(await store.queue.leases()).toEqual([])
    })

    it('gives what may have ended its process only to one that runs nothing else, and nothing behind it to the others', async () => {
      const [first = '', second = ''] = await admit(
        problem('a'),
        problem('b', { received_at: new Date(now + 1).toISOString() }),
      )
      const one = await claimed()
      expect(one).toMatchObject({ incident: { id: first }, suspect: false })
      await sweep({ expired_leases: [{ incident_id: first, attempt: 1, lease_until: one.lease_until }] })
      expect(await claim({ alone: false })).toBeUndefined()
      const again = await claimed({ alone: true })
      expect(again).toMatchObject({ incident: { id: first }, suspect: true, failures: 1, resumes: true })
      expect(await claimed({ alone: false })).toMatchObject({ incident: { id: second }, suspect: false })
      await store.queue.finish(again, { kind: 'released' }, now)
      expect(await store.queue.finish(await claimed({ alone: true }), decided(again), now)).toBe(true)
    })

    it('gives back a run that was not finished, to be gone on with, and never lets it expire', async () => {
      const [id = ''] = await admit(buildCandidate())
      const one = await claimed()
      expect(await store.queue.finish(one, { kind: 'released' }, now)).toBe(true)
      expect(await sweep({ now: now + 9_999_999 })).toMatchObject({ expired: [] })
      expect(await claimed()).toMatchObject({ run_id: one.run_id, resumes: true, attempt: 2, failures: 0 })
      expect(await kinds(id)).toEqual(['opened', 'claimed', 'interrupted', 'resumed'])
    })

    it('retries a broken run as a new one, not before its time', async () => {
      const [id = ''] = await admit(buildCandidate())
      const one = await claimed()
      const decision = answerFor(one, { outcome: 'unknown' })
      await store.queue.finish(one, { kind: 'retry', decision, why: 'it broke', available_at: now + 5000 }, now)
      expect(await store.archive.get(id)).toMatchObject({
        status: 'queued',
        failures: 1,
        status_reason: 'it broke',
        available_at: at(5),
        expires_at: at(605),
        decision: { outcome: 'unknown' },
      })
      expect(await claim({ now: now + 4999 })).toBeUndefined()
      expect(await claimed({ now: now + 5000 })).toMatchObject({ resumes: false, failures: 1, attempt: 2 })
    })

    it('does not hold back for hours what a wrong clock queued', async () => {
      await admit(problem('a', { received_at: at(86_400) }))
      expect(await claim()).toBeDefined()
    })

    it('keeps a dead letter for a person, and lets its problem open anew', async () => {
      const candidate = buildCandidate()
      const [id = ''] = await admit(candidate)
      const one = await claimed()
      await store.queue.finish(one, { kind: 'failed', decision: answerFor(one), why: 'broke again' }, now)
      expect(await store.archive.get(id)).toMatchObject({ status: 'failed', failures: 1, status_reason: 'broke again' })
      expect(await claim()).toBeUndefined()
      const [result] = await store.admission.admit([buildCandidate()], plainJudge)
      expect(result?.incident_id).not.toBe(id)
    })

    it('makes a dead letter of what breaks its runner again and again', async () => {
      const [id = ''] = await admit(buildCandidate())
      for (let round = 1; round <= 3; round += 1) {
        const one = await claimed()
        await sweep({ expired_leases: [{ incident_id: id, attempt: one.attempt, lease_until: one.lease_until }] })
      }
      expect(await store.archive.get(id)).toMatchObject({ status: 'failed', failures: 3 })
      expect((await kinds(id)).at(-1)).toBe('dead_letter')
    })

    it('gives up what waited too long, and says so', async () => {
      const [id = ''] = await admit(buildCandidate())
      expect(await sweep({ now: now + 599_999 })).toMatchObject({ expired: [] })
      expect((await sweep({ now: now + 600_000 })).expired.map((incident) => incident.id)).toEqual([id])
      expect(await store.archive.get(id)).toMatchObject({ status: 'expired' })
      expect(await kinds(id)).toEqual(['opened', 'expired'])
      expect(await claim()).toBeUndefined()
    })

    it('keeps the last decision where the run that it was woken for did not come', async () => {
      const [id = ''] = await admit(buildCandidate())
      const one = await claimed()
      await store.queue.finish(one, decided(one), now)
      await admit(buildCandidate({ received_at: at(10) }, { reason: 'OOMKilled' }))
      await sweep({ now: now + 610_000 })
      expect(await store.archive.get(id)).toMatchObject({ status: 'done', decision: { outcome: 'healthy' } })
    })

    it('closes decided incidents of which nothing is heard any more', async () => {
      const [id = ''] = await admit(buildCandidate())
      const one = await claimed()
      await store.queue.finish(one, decided(one), now)
      expect(await sweep({ quiet_before: now })).toMatchObject({ quiet: [] })
      expect((await sweep({ quiet_before: now + 1 })).quiet.map((incident) => incident.id)).toEqual([id])
      expect(await store.archive.get(id)).toMatchObject({ status: 'closed' })
    })

    it('wakes the earlier incident of a cause where the later one had something new', async () => {
      const [first = ''] = await admit(buildCandidate())
      const one = await claimed()
      await store.queue.finish(one, { ...decided(one), cause_key: 'cause' }, now)
      const later = { fingerprint: 'later', service: 'later' }
      const [second = ''] = await admit(buildCandidate(later))
      const two = await claimed()
      await admit(buildCandidate({ ...later, received_at: at(5) }, { reason: 'OOMKilled' }))
      await store.queue.finish(two, { ...decided(two), cause_key: 'cause' }, now + 9000)
      expect(await store.archive.get(second)).toMatchObject({ status: 'closed', merged_into: first })
      expect(await store.archive.get(first)).toMatchObject({ status: 'queued', expires_at: at(605) })
    })

    it('shows how full it is, in the order in which it would run', async () => {
      const [a = '', b = ''] = await admit(
        problem('a', { priority: 'P5' }),
        problem('b', { priority: 'P1' }),
        problem('c'),
      )
      expect(await store.watch.view(now + 1000, 2)).toMatchObject({
        queued: 3,
        running: 0,
        dead_letters: 0,
        opened_last_minute: 3,
        waiting: [{ incident_id: b, priority: 'P1', service: 'b' }, { service: 'c' }],
        running_now: [],
      })
      await claimed()
      expect(await store.watch.view(now + 90_000, 5)).toMatchObject({
        queued: 2,
        running: 1,
        opened_last_minute: 0,
        waiting: [{ service: 'c' }, { incident_id: a }],
        running_now: [{ incident_id: b }],
      })
    })
  })
}
