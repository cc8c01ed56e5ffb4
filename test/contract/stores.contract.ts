import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '#src/adapters/sql/store.ts'
import { auditHash, firstAuditHash } from '#src/domain/audit-hash.ts'
import type { Candidate } from '#src/intake/port.ts'
import { answerFor } from '#test/helpers/answer-for.ts'
import { buildCandidate } from '#test/helpers/build-candidate.ts'
import { plainJudge } from '#test/helpers/plain-judge.ts'
import type { CreateDatabase, DatabaseUnderTest } from '#test/helpers/store-engines.ts'

const now = Date.parse('2026-11-26T12:00:00.000Z')
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString()
const by = { actor: 'anna', reason: 'looked into it', trace_id: 'f'.repeat(32), at: at(100) }
const again = { ...by, from: ['done', 'failed', 'expired', 'closed'], expires_at: at(700) } as const

/** What every store promises beside admitting and queueing: reading back, interventions, silences, feedback, audit, journal, retention. */
export function storesContract(name: string, create: CreateDatabase): void {
  describe(`stores: ${name}`, () => {
    let database: DatabaseUnderTest
    let store: Store
    beforeEach(async () => {
      database = await create()
      store = await database.open()
    })
    afterEach(() => database.close())

    const admit = async (...batch: Candidate[]) => {
      await store.admission.admit(batch, plainJudge)
      return batch.map((candidate) => candidate.new_incident_id)
    }
    const claim = async (run_id: string) => {
      const got = await store.queue.claim({
        owner: 'w1',
        now,
        lease_ms: 30_000,
        limit: 9,
        new_run_id: run_id,
        alone: true,
      })
      if (!got) throw new Error('nothing to claim')
      return got
    }
    const decide = async (run_id: string, seconds = 1) => {
      const claimed = await claim(run_id)
      const decision = answerFor(claimed, { outcome: 'issue' })
      await store.queue.finish(claimed, { kind: 'decided', decision, scope: [] }, now + seconds * 1000)
      return claimed
    }

    describe('archive', () => {
      it('knows nothing of what it was not given', async () => {
        expect(await store.archive.get('none')).toBeUndefined()
        expect(await store.archive.list({ limit: 5 })).toEqual({ items: [] })
        expect(await store.archive.signals('none', { limit: 5 })).toEqual({ items: [] })
        expect(await store.archive.timeline('none', 0, 5)).toEqual([])
      })

      it('lists the newest first, page by page, without holes or repeats, also of one moment', async () => {
        const ids = await admit(
          ...Array.from({ length: 7 }, (_, index) =>
            buildCandidate({ fingerprint: `f${index}`, received_at: at(index < 4 ? 0 : index) }),
          ),
        )
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = await store.archive.list({ limit: 3, cursor })
          seen.push(...page.items.map((item) => item.incident.id))
          cursor = page.next_cursor
        } while (cursor !== undefined)
        expect(seen).toHaveLength(7)
        expect(new Set(seen)).toEqual(new Set(ids))
        expect(seen.slice(0, 3)).toEqual([ids[6], ids[5], ids[4]])
      })

      it('filters by everything that is given', async () => {
        const [a = '', b = ''] = await admit(
          buildCandidate({ fingerprint: 'a', priority: 'P1', service: 'a' }),
          buildCandidate({ fingerprint: 'b', service: 'b', received_at: at(60) }, { namespace: 'shop' }),
        )
        await decide('run_1')
        const ids = async (query: object) =>
          (await store.archive.list({ limit: 9, ...query })).items.map((item) => item.incident.id)
        expect(await ids({ status: ['done'] })).toEqual([a])
        expect(await ids({ status: ['done', 'queued'] })).toEqual([b, a])
        expect(await ids({ namespace: 'shop' })).toEqual([b])
        expect(await ids({ service: 'a' })).toEqual([a])
        expect(await ids({ priority: ['P3'] })).toEqual([b])
        expect(await ids({ outcome: 'issue' })).toEqual([a])
        expect(await ids({ since: at(30) })).toEqual([b])
        expect(await ids({ service: 'a', namespace: 'shop' })).toEqual([])
      })

      it('pages through signals and histories', async () => {
        const [id = ''] = await admit(...Array.from({ length: 5 }, () => buildCandidate()))
        const first = await store.archive.signals(id, { limit: 3 })
        const rest = await store.archive.signals(id, { limit: 3, cursor: first.next_cursor })
        expect([first.items.length, rest.items.length, rest.next_cursor]).toEqual([3, 2, undefined])
        expect((await store.archive.timeline(id, 2, 2)).map((entry) => entry.seq)).toEqual([3, 4])
      })

      it('lists what came in lately, whatever became of it', async () => {
        await admit(
          buildCandidate({}, { source: 'grafana' }),
          buildCandidate({ covered_by: 'silence' }, { source: 'log', namespace: 'shop' }),
          buildCandidate({ received_at: at(60) }),
        )
        const found = async (query: object) =>
          (await store.archive.recentSignals({ limit: 9, ...query })).items.map(
            (item) => `${item.source} ${item.status}`,
          )
        expect(await found({})).toEqual(['event joined', 'log suppressed', 'grafana created'])
        expect(await found({ status: ['suppressed', 'refused'] })).toEqual(['log suppressed'])
        expect(await found({ status: ['refused'] })).toEqual([])
        expect(await found({ source: 'grafana' })).toEqual(['grafana created'])
        expect(await found({ namespace: 'shop' })).toEqual(['log suppressed'])
        expect(await found({ since: at(30) })).toEqual(['event joined'])
        const page = await store.archive.recentSignals({ limit: 2 })
        expect((await store.archive.recentSignals({ limit: 2, cursor: page.next_cursor })).items).toHaveLength(1)
      })

      it('refuses cursors that it did not make', async () => {
        for (const cursor of ['', 'x', 'bnVsbA', 'WzEsMl0'])
          await expect(store.archive.list({ limit: 1, cursor })).rejects.toMatchObject({ code: 'SRE_INCIDENTS_CURSOR' })
      })

      it('shows the decision of the last run', async () => {
        const [id = ''] = await admit(buildCandidate())
        await decide('run_1')
        await store.control.queueAgain(id, again)
        const claimed = await claim('run_2')
        const decision = answerFor(claimed, { summary: 'again' })
        await store.queue.finish(claimed, { kind: 'decided', decision, scope: [] }, now + 1000)
        expect(await store.archive.get(id)).toMatchObject({ decision: { run_id: 'run_2', summary: 'again' } })
      })

      it('gives all of it to the next process', async () => {
        const [id = ''] = await admit(buildCandidate())
        await decide('run_1')
        const next = await database.open()
        expect(await next.archive.get(id)).toEqual(await store.archive.get(id))
      })
    })

    describe('control', () => {
      it('closes what is open, takes the claim of a run, and leaves what is closed', async () => {
        const [id = ''] = await admit(buildCandidate())
        const claimed = await claim('run_1')
        expect(await store.control.close(id, by)).toMatchObject({
          changed: true,
          record: { status: 'closed', status_reason: 'looked into it', closed_at: at(100) },
        })
        expect(await store.queue.renew(claimed, now)).toBe(false)
        const end = { kind: 'decided', decision: answerFor(claimed), scope: [] } as const
        expect(await store.queue.finish(claimed, end, now)).toBe(false)
        expect(await store.control.close(id, by)).toMatchObject({ changed: false, record: { status: 'closed' } })
        expect((await store.archive.timeline(id, 0, 9)).at(-1)).toMatchObject({ kind: 'closed', actor: 'anna' })
        expect(await store.control.close('none', by)).toBeUndefined()
      })

      it('queues again what may be queued again, as a new run with the trace of who asked', async () => {
        const [id = ''] = await admit(buildCandidate())
        expect(await store.control.queueAgain(id, again)).toMatchObject({
          changed: false,
          record: { status: 'queued' },
        })
        const first = await claim('run_1')
        await store.queue.finish(first, { kind: 'failed', decision: answerFor(first), why: 'broke' }, now)
        expect(await store.control.queueAgain(id, again)).toMatchObject({
          changed: true,
          record: { status: 'queued', failures: 0, expires_at: at(700) },
        })
        expect(await claim('run_2')).toMatchObject({ run_id: 'run_2', resumes: false, trace_id: by.trace_id })
        expect(await store.control.queueAgain('none', again)).toBeUndefined()
      })

      it('does not open a problem twice', async () => {
        const [old = ''] = await admit(buildCandidate())
        await store.control.close(old, by)
        await admit(buildCandidate())
        expect(await store.control.queueAgain(old, again)).toMatchObject({
          changed: false,
          record: { status: 'closed' },
        })
      })
    })

    describe('silences', () => {
      const silence = (id: string, from: number, to: number) => ({
        id,
        matchers: [{ field: 'namespace', operator: '=' as const, value: 'shop' }],
        starts_at: at(from),
        ends_at: at(to),
        created_by: 'anna',
        comment: 'works on it',
      })

      it('lists those that have not ended, and all', async () => {
        const [over, present, coming] = [silence('s1', -100, 0), silence('s2', -50, 50), silence('s3', 10, 50)]
        for (const each of [over, present, coming]) await store.silences.add(each)
        expect(await store.silences.current(at(0))).toEqual([present, coming])
        expect(await store.silences.list(9)).toEqual([coming, present, over])
        expect(await store.silences.list(1)).toEqual([coming])
      })

      it('ends one, once', async () => {
        await store.silences.add(silence('s1', 0, 100))
        expect(await store.silences.end('s1', at(10), 'bob')).toMatchObject({ ends_at: at(10), ended_by: 'bob' })
        expect(await store.silences.end('s1', at(20), 'eve')).toMatchObject({ ends_at: at(10), ended_by: 'bob' })
        expect(await store.silences.current(at(10))).toEqual([])
        expect(await store.silences.end('none', at(10), 'bob')).toBeUndefined()
      })
    })

    it('keeps feedback, with a line in the history', async () => {
      const [incident_id = ''] = await admit(buildCandidate())
      const feedback = {
        id: 'fb_1',
        incident_id,
        at: at(5),
        by: 'anna',
        verdict: 'partly',
        comment: 'the "root" is right',
      } as const
      expect(await store.feedback.add(feedback)).toBe(true)
      expect(await store.feedback.add({ ...feedback, id: 'fb_2', incident_id: 'none' })).toBe(false)
      expect(await store.feedback.of(incident_id)).toEqual([feedback])
      expect((await store.archive.timeline(incident_id, 1, 9))[0]).toMatchObject({ kind: 'feedback', actor: 'anna' })
    })

    describe('audit', () => {
      const draft = (action: string, detail: Record<string, unknown> = {}) => ({
        at: at(0),
        actor: 'anna',
        role: 'operator',
        action,
        target: 'inc_1',
        detail,
        trace_id: 'e'.repeat(32),
      })

      const odd = { b: 1, a: undefined, c: ['\u0000'] }
      it('chains what several append at once, without holes', async () => {
        const second = await database.open()
        const append = (index: number) => (index % 2 ? store : second).audit.append(draft(`a${index}`, odd))
        await Promise.all(Array.from({ length: 15 }, (_, index) => append(index)))
        const entries = [...(await store.audit.walk(0, 10)), ...(await store.audit.walk(10, 10))]
        expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1))
        let previous = firstAuditHash
        for (const entry of entries) {
          expect(entry.previous_hash).toBe(previous)
          expect(auditHash(entry)).toBe(entry.hash)
          previous = entry.hash
        }
      })

      it('lists the newest first, by what is asked for', async () => {
        for (const action of ['x', 'y', 'x']) await store.audit.append(draft(action))
        const seqs = async (query: object) => (await store.audit.list({ limit: 9, ...query })).map((entry) => entry.seq)
        expect(await seqs({})).toEqual([3, 2, 1])
        expect(await seqs({ action: 'x' })).toEqual([3, 1])
        expect(await seqs({ before_seq: 3, limit: 1 })).toEqual([2])
        expect(await seqs({ actor: 'bob' })).toEqual([])
      })
    })

    it('journals what each step of a run found, the last run of each step', async () => {
      await store.journal.save('run_1', '1.triage', '[1]')
      await store.journal.save('run_1', '1.log_coordinator', '[]')
      await store.journal.save('run_1', '1.triage', '[1,2]')
      await store.journal.save('run_2', '1.triage', '[9]')
      expect(await store.journal.load('run_1')).toEqual({ '1.triage': '[1,2]', '1.log_coordinator': '[]' })
      await store.journal.forget('run_1')
      expect(await store.journal.load('run_1')).toBeUndefined()
      expect(await store.journal.load('run_2')).toEqual({ '1.triage': '[9]' })
    })

    describe('keeping house', () => {
      it('takes the words out of what is old, and leaves what explains and what was concluded', async () => {
        const [id = ''] = await admit(buildCandidate(), buildCandidate({ received_at: at(5000) }))
        await decide('run_1')
        expect(await store.housekeeping.trim(at(-1), 10)).toBe(0)
        expect(await store.housekeeping.trim(at(1000), 10)).toBe(2)
        expect(await store.housekeeping.trim(at(1000), 10)).toBe(0)
        const { items } = await store.archive.signals(id, { limit: 9 })
        expect(items.map((item) => [item.message, item.reported_reason])).toEqual([
          [undefined, 'BackOff'],
          ['Back-off restarting failed container', 'BackOff'],
        ])
        const evidence = (await store.archive.get(id))?.decision?.evidence
        expect(evidence).toMatchObject([
          { id: 'ev_2', source: 'object', statement: 'the text of this evidence is no longer stored' },
          { id: 'ev_1', ref: { event: { uid: 'u1' } } },
        ])
      })

      it('forgets threads that have ended, and only those', async () => {
        await admit(
          buildCandidate({ fingerprint: 'a', service: 'a' }),
          buildCandidate({ fingerprint: 'b', service: 'b' }),
        )
        await decide('run_1')
        await claim('run_2')
        for (const run_id of ['run_1', 'run_2']) {
          await store.journal.save(run_id, '1.triage', '1')
          await store.checkpoints.put(
            threadOf(run_id),
            checkpoint,
            { source: 'loop', step: 1, parents: {} },
            { said: 1 },
          )
        }
        expect(await store.housekeeping.forgetThreads(5)).toBe(1)
        expect(await store.housekeeping.forgetThreads(5)).toBe(0)
        expect(await store.journal.load('run_1')).toBeUndefined()
        expect(await store.checkpoints.getTuple(threadOf('run_1'))).toBeUndefined()
        expect(await store.journal.load('run_2')).toBeDefined()
        const kept = await (await database.open()).checkpoints.getTuple(threadOf('run_2'))
        expect(kept?.checkpoint.channel_values).toEqual({ said: 'hello' })
      })
    })

    it('rejects, and does not hang, once it is closed', async () => {
      const other = await database.open()
      await other.check()
      await other.close()
      await expect(other.check()).rejects.toThrow()
    })

    it('gives a failure of the database one code, and leaves errors that have a code of their own', async () => {
      await expect(store.archive.list({ limit: 1, cursor: 'nonsense' })).rejects.toMatchObject({
        code: 'SRE_INCIDENTS_CURSOR',
      })
      const other = await database.open()
      await other.close()
      const failed = { code: 'SRE_INCIDENTS_STORE_FAILED', retry: true, cause: expect.any(Error) as Error }
      const calls = [
        () => other.admission.admit([buildCandidate()], plainJudge),
        () => other.queue.leases(),
        () => other.watch.view(now, 1),
        () => other.archive.get('inc_1'),
        () => other.control.close('inc_1', by),
        () => other.feedback.of('inc_1'),
        () => other.silences.list(1),
        () => other.approvals.get('apr_1', now),
        () => other.executions.get('exe_1'),
        () => other.catalogue.revision(),
        () => other.audit.list({ limit: 1 }),
        () => other.journal.load('run_1'),
        () => other.housekeeping.forgetThreads(1),
      ]
      for (const call of calls) await expect(call()).rejects.toMatchObject(failed)
    })
  })
}

const threadOf = (thread_id: string) => ({ configurable: { thread_id, checkpoint_ns: '' } })
const checkpoint = {
  v: 4,
  id: '1ef4f797-8335-6428-8001-8a1503f9b875',
  ts: '2026-11-21T12:00:00Z',
  channel_values: { said: 'hello' },
  channel_versions: { said: 1 },
  versions_seen: {},
}
