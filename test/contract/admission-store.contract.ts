import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '#src/adapters/sql/store.ts'
import type { Candidate } from '#src/intake/port.ts'
import { answerFor } from '#test/helpers/answer-for.ts'
import { buildCandidate } from '#test/helpers/build-candidate.ts'
import { plainJudge } from '#test/helpers/plain-judge.ts'
import type { CreateDatabase, DatabaseUnderTest } from '#test/helpers/store-engines.ts'

const now = Date.parse('2026-11-26T12:00:00.000Z')
const later = (seconds: number) => new Date(now + seconds * 1000).toISOString()

/** What every store of admissions promises. */
export function admissionStoreContract(name: string, create: CreateDatabase): void {
  describe(`admission store: ${name}`, () => {
    let database: DatabaseUnderTest
    let store: Store
    beforeEach(async () => {
      database = await create()
      store = await database.open()
    })
    afterEach(() => database.close())

    const admit = (...batch: Candidate[]) => store.admission.admit(batch, plainJudge)
    const claim = (over: object = {}) =>
      store.queue.claim({
        owner: 'w1',
        now: now + 1000,
        lease_ms: 30_000,
        limit: 3,
        new_run_id: `run_${Math.random()}`,
        alone: true,
        ...over,
      })
    const decide = async (end: object = {}, at = now + 2000) => {
      const claimed = await claim()
      if (!claimed) throw new Error('nothing to claim')
      const decision = answerFor(claimed)
      await store.queue.finish(claimed, { kind: 'decided', decision, scope: [], ...end }, at)
      return claimed.incident.id
    }

    it('keeps a signal and opens its incident', async () => {
      const candidate = buildCandidate()
      const [result] = await admit(candidate)
      expect(result).toEqual({
        signal_id: candidate.signal_id,
        incident_id: candidate.new_incident_id,
        status: 'created',
        reason: 'queued 0, running 0, opened 0, busy false',
      })
      const record = await store.archive.get(candidate.new_incident_id)
      expect(record).toMatchObject({
        status: 'queued',
        priority: 'P3',
        trace_id: candidate.trace_id,
        expires_at: later(600),
        incident: {
          fingerprint: candidate.fingerprint,
          signal_count: 1,
          reason: 'BackOff',
          service: 'payments/gateway',
        },
      })
      const { items } = await store.archive.signals(candidate.new_incident_id, { limit: 10 })
      expect(items).toEqual([
        {
          ...result,
          source: 'event',
          state: 'firing',
          received_at: candidate.received_at,
          observed_at: candidate.signal.observed_at,
          caller: 'alertmanager',
          trace_id: candidate.trace_id,
          fingerprint: candidate.fingerprint,
          fingerprint_fields: candidate.fingerprint_fields,
          resource: candidate.signal.resource,
          alert: undefined,
          reported_reason: 'BackOff',
          message: 'Back-off restarting failed container',
        },
      ])
      expect(await store.archive.timeline(candidate.new_incident_id, 0, 10)).toMatchObject([
        { seq: 1, kind: 'opened', actor: 'alertmanager' },
      ])
    })

    it('judges each of a batch in the light of those before it', async () => {
      const batch = [
        buildCandidate(),
        buildCandidate(),
        buildCandidate({ priority: 'P1' }, { reason: 'OOMKilled' }),
        buildCandidate({ fingerprint: 'other' }),
      ]
      const results = await admit(...batch)
      const id = batch[0]?.new_incident_id
      expect(results.map(({ incident_id, status, reason }) => [incident_id, status, reason])).toEqual([
        [id, 'created', 'queued 0, running 0, opened 0, busy false'],
        [id, 'joined', 'fingerprint, queued, 1 before'],
        [id, 'joined', 'fingerprint, queued, 2 before'],
        [batch[3]?.new_incident_id, 'queued', 'queued 1, running 0, opened 1, busy true'],
      ])
      expect(await store.archive.get(id ?? '')).toMatchObject({ priority: 'P1', incident: { signal_count: 3 } })
    })

    it('joins what is open, in every state that counts as open, over several batches', async () => {
      const first = buildCandidate()
      await admit(first)
      expect(await admit(buildCandidate())).toMatchObject([{ status: 'joined', incident_id: first.new_incident_id }])
      const claimed = await claim()
      expect(await admit(buildCandidate())).toMatchObject([{ reason: 'fingerprint, running, 2 before' }])
      await store.queue.finish(claimed!, { kind: 'decided', decision: answerFor(claimed!), scope: [] }, now + 5000)
      expect(await admit(buildCandidate())).toMatchObject([{ reason: 'fingerprint, done, 3 before' }])
      expect(await store.archive.get(first.new_incident_id)).toMatchObject({ status: 'done' })
    })

    it('queues a decided incident again when the judge wakes it', async () => {
      const first = buildCandidate()
      await admit(first)
      await decide()
      const woke = buildCandidate({ received_at: later(60) }, { reason: 'OOMKilled' })
      await admit(woke)
      expect(await store.archive.get(first.new_incident_id)).toMatchObject({
        status: 'queued',
        expires_at: later(660),
        decision: { outcome: 'healthy' },
      })
      expect(await claim({ now: now + 61_000 })).toMatchObject({ trace_id: woke.trace_id, resumes: false, attempt: 2 })
    })

    it('runs an incident again that was woken while it ran', async () => {
      const first = buildCandidate()
      await admit(first)
      const claimed = await claim()
      await admit(buildCandidate({ received_at: later(1) }, { reason: 'OOMKilled' }))
      await store.queue.finish(
        claimed!,
        { kind: 'decided', decision: answerFor(claimed!), scope: [], close: 'healthy' },
        now + 5000,
      )
      expect(await store.archive.get(first.new_incident_id)).toMatchObject({ status: 'queued', expires_at: later(601) })
    })

    it('opens a new incident once the last one is closed', async () => {
      await admit(buildCandidate())
      await decide({ close: 'healthy' })
      const next = buildCandidate()
      expect(await admit(next)).toMatchObject([{ status: 'created', incident_id: next.new_incident_id }])
    })

    it('keeps what is suppressed without an incident, and nothing of what is refused', async () => {
      const covered = buildCandidate({ covered_by: 'silence s1' })
      const refused = buildCandidate({}, { message: 'refuse me', delivery_key: 'd1' })
      const results = await admit(covered, refused)
      expect(results).toMatchObject([{ status: 'suppressed' }, { status: 'refused', reason: 'no room' }])
      expect(results[0]?.incident_id).toBeUndefined()
      const { items } = await store.archive.recentSignals({ limit: 10 })
      expect(items.map((item) => item.signal_id)).toEqual([covered.signal_id])
      expect(await admit(buildCandidate({}, { delivery_key: 'd1' }))).toMatchObject([{ status: 'created' }])
    })

    it('keeps what one request hands in altogether or not at all', async () => {
      const together = { request: 'req_together' }
      const known = buildCandidate({ fingerprint: 'known' })
      await admit(known)
      const batch = [
        buildCandidate({ ...together, fingerprint: 'known' }),
        buildCandidate({ ...together, fingerprint: 'new' }),
        buildCandidate({ ...together, fingerprint: 'full' }, { message: 'refuse me' }),
      ]
      const apart = buildCandidate({ fingerprint: 'apart' })
      const results = await admit(...batch, apart)
      expect(results.map(({ status }) => status)).toEqual(['refused', 'refused', 'refused', 'queued'])
      expect(results.slice(0, 3).map(({ reason }) => reason)).toEqual(['no room', 'no room', 'no room'])
      const { items } = await store.archive.recentSignals({ limit: 10 })
      expect(items.map((item) => item.signal_id).toSorted()).toEqual([known.signal_id, apart.signal_id].toSorted())
      expect(await store.archive.get(known.new_incident_id)).toMatchObject({ incident: { signal_count: 1 } })
    })

    it('tells the judge how full the queue was before the request', async () => {
      const seen: [number, number][] = []
      let prints = 0
      const judge: typeof plainJudge = (candidate, match, load) => {
        seen.push([load.queued_before, load.queued])
        return plainJudge(candidate, match, load)
      }
      const of = (request: string) => buildCandidate({ request, fingerprint: `${request}-${++prints}` })
      await store.admission.admit([of('a'), of('b'), of('b')], judge)
      expect(seen).toContainEqual([0, 0])
      expect(seen).toContainEqual([1, 2])
      expect(seen.filter(([before, queued]) => before > queued)).toEqual([])
    })

    it('gives a repeated delivery the result of the first, within a batch and later', async () => {
      const first = buildCandidate({}, { delivery_key: 'uid/3' })
      const [one, two] = await admit(first, buildCandidate({}, { delivery_key: 'uid/3' }))
      expect(two).toEqual(one)
      expect(await admit(buildCandidate({}, { delivery_key: 'uid/3' }))).toEqual([one])
      expect(await store.archive.get(first.new_incident_id)).toMatchObject({ incident: { signal_count: 1 } })
      expect((await store.archive.recentSignals({ limit: 10 })).items).toHaveLength(1)
    })

    it('finds the incident of an alert key, and closes it when its last alert is resolved', async () => {
      const firing = buildCandidate({}, { source: 'alertmanager', alert_key: 'a1' })
      await admit(firing)
      const other = buildCandidate({}, { source: 'alertmanager', alert_key: 'a2' })
      expect(await admit(other)).toMatchObject([{ status: 'joined' }])
      const about = { source: 'alertmanager', state: 'resolved' } as const
      const elsewhere = { fingerprint: 'another', received_at: later(30) }
      const id = firing.new_incident_id
      expect(await admit(buildCandidate(elsewhere, { ...about, alert_key: 'a1' }))).toMatchObject([
        { status: 'joined', incident_id: id, reason: 'alert_key, queued, 2 before' },
      ])
      expect(await store.archive.get(id)).toMatchObject({ status: 'queued' })
      await admit(buildCandidate(elsewhere, { ...about, alert_key: 'a2' }))
      expect(await store.archive.get(id)).toMatchObject({
        status: 'closed',
        status_reason: 'it is over',
        closed_at: later(30),
      })
      const kinds = (await store.archive.timeline(id, 0, 20)).map((entry) => entry.kind)
      expect(kinds).toEqual(['opened', 'joined', 'joined', 'resolved', 'closed'])
    })

    it('does not mistake the alert of one source for that of another', async () => {
      await admit(buildCandidate({}, { source: 'alertmanager', alert_key: 'a1' }))
      const results = await admit(
        buildCandidate({ fingerprint: 'x' }, { source: 'grafana', alert_key: 'a1', state: 'resolved' }),
      )
      expect(results).toMatchObject([{ status: 'suppressed' }])
    })

    it('closes an incident that is resolved while it runs with the end of the run, unless it fires again', async () => {
      const first = buildCandidate()
      await admit(first)
      const claimed = await claim()
      await admit(buildCandidate({}, { state: 'resolved' }))
      expect(await store.archive.get(first.new_incident_id)).toMatchObject({ status: 'running' })
      await store.queue.finish(claimed!, { kind: 'decided', decision: answerFor(claimed!), scope: [] }, now + 5000)
      expect(await store.archive.get(first.new_incident_id)).toMatchObject({
        status: 'closed',
        decision: { outcome: 'healthy' },
      })

      const second = buildCandidate()
      await admit(second)
      const again = await claim()
      await admit(buildCandidate({}, { state: 'resolved' }), buildCandidate())
      await store.queue.finish(again!, { kind: 'decided', decision: answerFor(again!), scope: [] }, now + 9000)
      expect(await store.archive.get(second.new_incident_id)).toMatchObject({ status: 'done' })
    })

    it('takes a signal about a consequence into the incident of its cause, for half an hour', async () => {
      await admit(buildCandidate())
      const cart = { kind: 'Deployment', namespace: 'payments', name: 'cart' }
      const id = await decide({ scope: [cart] })
      const about = (received_at: string, namespace = 'payments') =>
        buildCandidate(
          { received_at, workload: { ...cart, namespace } },
          { namespace, resource: { kind: 'Pod', namespace, name: 'cart-1' } },
        )
      expect(await admit(about(later(60)))).toMatchObject([
        { status: 'joined', incident_id: id, reason: 'consequence, done, 1 before' },
      ])
      expect(await admit(about(later(60), 'elsewhere'))).toMatchObject([{ status: 'created' }])
      expect((await admit(about(later(1900))))[0]?.incident_id).not.toBe(id)
    })

    it('merges an incident into an earlier one with the same cause, and sends it what comes in later', async () => {
      const root = buildCandidate({}, { source: 'alertmanager', alert_key: 'root' })
      const effect = buildCandidate(
        { priority: 'P1' },
        {
          source: 'alertmanager',
          alert_key: 'effect',
          resource: { kind: 'Deployment', namespace: 'payments', name: 'cart' },
        },
      )
      await admit(root)
      await decide({ cause_key: 'cause' })
      await admit(effect)
      expect(await decide({ cause_key: 'cause', scope: [effect.workload] }, now + 9000)).toBe(effect.new_incident_id)
      expect(await store.archive.get(effect.new_incident_id)).toMatchObject({
        status: 'closed',
        merged_into: root.new_incident_id,
        decision: { outcome: 'healthy' },
      })
      expect(await store.archive.get(root.new_incident_id)).toMatchObject({
        status: 'done',
        priority: 'P1',
        incident: { signal_count: 2 },
      })
      const listed = await store.archive.signals(root.new_incident_id, { limit: 10 })
      expect(listed.items.map((item) => item.incident_id)).toEqual([root.new_incident_id, effect.new_incident_id])
      expect((await store.archive.signals(effect.new_incident_id, { limit: 10 })).items).toHaveLength(1)
      const { fingerprint } = effect
      expect(await admit(buildCandidate({ fingerprint, received_at: later(9999) }))).toMatchObject([
        { status: 'joined', incident_id: root.new_incident_id, reason: 'consequence, done, 2 before' },
      ])
      const over = buildCandidate({ fingerprint }, { source: 'alertmanager', alert_key: 'effect', state: 'resolved' })
      expect(await admit(over)).toMatchObject([{ status: 'joined', incident_id: root.new_incident_id }])
      for (const id of [root.new_incident_id, effect.new_incident_id])
        expect((await store.archive.timeline(id, 0, 50)).map((entry) => entry.kind)).toContain('merged')
    })

    it('keeps all of a batch or nothing of it', async () => {
      const first = buildCandidate()
      const twin = buildCandidate({ fingerprint: 'other', signal_id: first.signal_id })
      await expect(admit(first, twin)).rejects.toThrow()
      expect(await store.archive.get(first.new_incident_id)).toBeUndefined()
      expect((await store.archive.recentSignals({ limit: 10 })).items).toEqual([])
      await admit(first)
      expect(await store.archive.get(first.new_incident_id)).toBeDefined()
    })

    it('keeps words whatever they are made of', async () => {
      const message = 'it\'s "down" ✓ \u0000 \ud800 \\u0000 \n; drop table incidents'
      const candidate = buildCandidate({}, { message, labels: { 'a\u0000': '\u0000' } })
      await admit(candidate)
      const record = await store.archive.get(candidate.new_incident_id)
      expect(record?.incident.message).toBe('it\'s "down" ✓   \\u0000 \n; drop table incidents')
    })

    it('makes one incident of what several connections bring at once', async () => {
      const others = await Promise.all([database.open(), database.open()])
      const rounds = [store, ...others].flatMap((each) =>
        Array.from({ length: 10 }, () =>
          each.admission.admit(
            Array.from({ length: 5 }, (_, index) => buildCandidate({ fingerprint: `same-${index}` })),
            plainJudge,
          ),
        ),
      )
      const results = (await Promise.all(rounds)).flat()
      expect(new Set(results.map((result) => result.incident_id)).size).toBe(5)
      const { items } = await store.archive.list({ limit: 50 })
      expect(items.map((item) => item.incident.signal_count)).toEqual([30, 30, 30, 30, 30])
    })
  })
}
