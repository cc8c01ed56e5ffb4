import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '#src/adapters/sql/store.ts'
import type { RecommendedAction } from '#src/domain/action.ts'
import type { DatabaseUnderTest, CreateDatabase } from '#test/helpers/store-engines.ts'
import { buildCandidate } from '#test/helpers/build-candidate.ts'
import { plainJudge } from '#test/helpers/plain-judge.ts'
import { recommend } from '#test/helpers/recommend.ts'
import { changesOver } from '#test/helpers/changes-over.ts'

const now = Date.parse('2026-11-27T12:00:00.000Z')
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString()
const hour = 3600
const by = { actor: 'anna', reason: 'over', trace_id: 'f'.repeat(32), at: at(10) }

/** What every store promises of approvals: bound to a plan, for a while, decided once, used once. */
export function approvalStoreContract(name: string, create: CreateDatabase): void {
  describe(`approvals: ${name}`, () => {
    let database: DatabaseUnderTest
    let store: Store
    let changes: ReturnType<typeof changesOver>
    let incident_id: string
    beforeEach(async () => {
      database = await create()
      store = await database.open()
      changes = changesOver(store, now)
      incident_id = await changes.open()
    })
    afterEach(() => database.close())

    const plan = (over: Partial<RecommendedAction> = {}) => recommend(incident_id, over)
    const hash = (over: Partial<RecommendedAction> = {}) => String(plan(over).plan_hash)
    const approvals = async (seconds = 1) => (await store.approvals.list({ limit: 9 }, now + seconds * 1000)).items
    const only = async (seconds = 1) => {
      const [first, ...more] = await approvals(seconds)
      expect(more).toEqual([])
      if (!first) throw new Error('nobody was asked')
      return first
    }
    const word = (status: 'approved' | 'rejected', over: object = {}) => ({
      status,
      plan_hash: hash(),
      by: 'anna',
      at: now + 5000,
      expires_ms: now + 900_000,
      ...over,
    })
    const kinds = async () => (await store.archive.timeline(incident_id, 0, 50)).map((line) => line.kind)

    it('asks with the decision, and shows the decision with what became of it', async () => {
      await changes.decide([plan()])
      const asked = await only()
      expect(asked).toMatchObject({
        incident_id,
        run_id: 'run_1',
        plan_hash: hash(),
        status: 'pending',
        namespace: 'payments',
        service: 'payments/gateway',
        asked_at: at(1),
        expires_at: at(1 + hour),
        action: { id: 'act_1', kind: 'rollback', params: { to_revision: 4 } },
      })
      expect(await store.approvals.get(asked.id, now)).toEqual(asked)
      const shown = async () => (await store.archive.get(incident_id))?.decision?.recommended_actions[0]?.approval
      expect(await shown()).toEqual({ required: true, status: 'pending', id: asked.id, expires_at: at(1 + hour) })
      await store.approvals.decide(asked.id, word('approved'))
      expect(await shown()).toMatchObject({ status: 'approved', id: asked.id, expires_at: at(900) })
      expect(await kinds()).toEqual(expect.arrayContaining(['approval_requested', 'approved']))
    })

    it('takes one word of several that come at once, from whichever process', async () => {
      await changes.decide([plan()])
      const { id } = await only()
      const second = await database.open()
      const words = [
        store.approvals.decide(id, word('rejected', { by: 'bob' })),
        second.approvals.decide(id, word('rejected', { by: 'eve' })),
        store.approvals.decide(id, word('rejected', { by: 'joe' })),
      ]
      const decided = await Promise.all(words)
      expect(decided.filter((each) => each?.refused === undefined)).toHaveLength(1)
      expect(decided.filter((each) => each?.refused === 'status')).toHaveLength(2)
      const winner = decided.find((each) => each?.refused === undefined)?.approval.decided_by
      expect(await only()).toMatchObject({ status: 'rejected', decided_by: winner })
      expect((await kinds()).filter((kind) => kind === 'rejected')).toHaveLength(1)
    })

    it('answers the same word again the same, and writes it once', async () => {
      await changes.decide([plan()])
      const { id } = await only()
      const first = await store.approvals.decide(id, word('approved'))
      expect(await store.approvals.decide(id, word('approved', { at: now + 9000 }))).toEqual(first)
      expect((await kinds()).filter((kind) => kind === 'approved')).toHaveLength(1)
      expect(await store.approvals.decide('apr_none', word('approved'))).toBeUndefined()
    })

    it('decides nothing for another plan', async () => {
      await changes.decide([plan()])
      const { id } = await only()
      const other = hash({ params: { to_revision: 3 } })
      expect(await store.approvals.decide(id, word('approved', { plan_hash: other }))).toMatchObject({
        refused: 'other_plan',
      })
      expect(await only()).toMatchObject({ status: 'pending', decided_by: undefined })
    })

    it('cannot be approved once its time is over, whether or not that was written down', async () => {
      await changes.decide([plan()])
      const { id } = await only()
      const late = { at: now + (hour + 1) * 1000 }
      expect(await only(hour + 1)).toMatchObject({ status: 'expired' })
      expect(await store.approvals.decide(id, word('approved', late))).toMatchObject({ refused: 'status' })
      expect(await store.approvals.expire(now + 1000, 9)).toEqual([])
      expect(await store.approvals.expire(late.at, 9)).toMatchObject([{ id, status: 'expired' }])
      expect(await store.approvals.expire(late.at, 9)).toEqual([])
      expect(await store.approvals.decide(id, word('approved', late))).toMatchObject({ refused: 'status' })
      expect(await kinds()).toContain('approval_expired')
    })

    it('is over when it was approved and nobody used it in time', async () => {
      await changes.decide([plan()])
      const { id } = await only()
      await store.approvals.decide(id, word('approved'))
      expect(await only(899)).toMatchObject({ status: 'approved' })
      expect(await only(901)).toMatchObject({ status: 'expired' })
      expect(await store.approvals.expire(now + 901_000, 9)).toMatchObject([
        { status_reason: 'approved, and not used in time' },
      ])
    })

    it('can be taken back until it is used, and given after all', async () => {
      await changes.decide([plan()])
      const { id } = await only()
      await store.approvals.decide(id, word('approved'))
      const no = word('rejected', { by: 'bob', comment: 'the migration comes first' })
      expect((await store.approvals.decide(id, no))?.approval).toMatchObject({
        status: 'rejected',
        decided_by: 'bob',
        comment: 'the migration comes first',
      })
      expect((await store.approvals.decide(id, word('approved', { by: 'eve' })))?.approval).toMatchObject({
        status: 'approved',
        decided_by: 'eve',
        comment: undefined,
      })
    })

    it('keeps its word where a later run recommends the same, and asks anew for what is new', async () => {
      await changes.decide([plan()])
      const { id } = await only()
      await store.approvals.decide(id, word('approved'))
      await changes.again(20)
      const [first, second] = [plan({ id: 'act_2' }), plan({ id: 'act_1', params: { to_revision: 3 } })]
      await changes.decide([second, first], { run_id: 'run_2', seconds: 30 })
      const now_known = await approvals(31)
      expect(now_known.map((each) => [each.plan_hash, each.status, each.run_id])).toEqual([
        [second.plan_hash, 'pending', 'run_2'],
        [first.plan_hash, 'approved', 'run_2'],
      ])
      const shown = (await store.archive.get(incident_id))?.decision?.recommended_actions
      expect(shown?.map((action) => action.approval.status)).toEqual(['pending', 'approved'])
      expect(now_known[1]?.id).toBe(id)
    })

    it('gives a person who is asked again the whole time', async () => {
      await changes.decide([plan()])
      await changes.again(20)
      await changes.decide([plan()], { run_id: 'run_2', seconds: 30 })
      expect(await only(31)).toMatchObject({ status: 'pending', asked_at: at(30), expires_at: at(30 + hour) })
    })

    it('does not ask again for what was rejected', async () => {
      await changes.decide([plan()])
      const { id } = await only()
      await store.approvals.decide(id, word('rejected'))
      await changes.again(20)
      await changes.decide([plan()], { run_id: 'run_2', seconds: 30 })
      expect(await only(31)).toMatchObject({ id, status: 'rejected' })
      const [shown] = (await store.archive.get(incident_id))?.decision?.recommended_actions ?? []
      expect(shown?.approval.status).toBe('rejected')
    })

    it('is withdrawn where the last run recommends it no more, approved or not', async () => {
      const kept = plan({ id: 'act_2', params: { to_revision: 3 } })
      await changes.decide([plan(), kept])
      const asked = (await approvals()).find((each) => each.plan_hash === hash())
      await store.approvals.decide(asked?.id ?? '', word('approved'))
      await changes.again(20)
      await changes.decide([{ ...kept, id: 'act_1' }], { run_id: 'run_2', seconds: 30 })
      expect((await approvals(31)).map((each) => each.status).toSorted()).toEqual(['pending', 'withdrawn'])
      const again = word('approved', { at: now + 31_000, by: 'eve' })
      expect(await store.approvals.decide(asked?.id ?? '', again)).toMatchObject({ refused: 'status' })
      expect(await kinds()).toContain('approval_withdrawn')
    })

    it('cannot be approved where a run broke after it, for nobody knows how things stand', async () => {
      await changes.decide([plan()])
      const { id } = await only()
      await changes.again(20)
      await changes.breakOff('run_2', 30)
      expect(await store.approvals.decide(id, word('approved', { at: now + 31_000 }))).toMatchObject({
        refused: 'not_recommended',
      })
    })

    it('is withdrawn with the end of its incident', async () => {
      await changes.decide([plan()])
      const { id } = await only()
      await store.control.close(incident_id, by)
      expect(await only(11)).toMatchObject({ status: 'withdrawn', status_reason: 'its incident is closed' })
      expect(await store.approvals.decide(id, word('approved', { at: now + 11_000 }))).toMatchObject({
        refused: 'status',
      })
      const [shown] = (await store.archive.get(incident_id))?.decision?.recommended_actions ?? []
      expect(shown?.approval).toMatchObject({ status: 'expired', id })
    })

    it('asks nobody about an incident that closes with the end of its run', async () => {
      await changes.decide([plan()])
      await changes.again(20)
      const claimed = await changes.claim('run_2', 21)
      const { fingerprint } = (await store.archive.get(incident_id))?.incident ?? {}
      await store.admission.admit(
        [buildCandidate({ fingerprint, received_at: at(22) }, { state: 'resolved' })],
        plainJudge,
      )
      await changes.finish(claimed, [plan({ params: { to_revision: 1 } })], { seconds: 30 })
      expect(await store.archive.get(incident_id)).toMatchObject({ status: 'closed' })
      expect(await only(31)).toMatchObject({ status: 'withdrawn', status_reason: 'its incident is closed' })
    })

    it('tells first what was decided, then what is asked', async () => {
      await changes.decide([plan()])
      expect((await kinds()).slice(-2)).toEqual(['decided', 'approval_requested'])
    })

    it('lists what is asked for, page by page, without holes or repeats', async () => {
      const plans = [1, 2, 3, 4, 5].map((revision) =>
        plan({ id: `act_${revision}`, params: { to_revision: revision } }),
      )
      await changes.decide(plans)
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await store.approvals.list({ limit: 2, cursor }, now)
        seen.push(...page.items.map((each) => each.plan_hash))
        cursor = page.next_cursor
      } while (cursor !== undefined)
      expect(seen.toSorted()).toEqual(plans.map((each) => String(each.plan_hash)).toSorted())
      const count = async (query: object) => (await store.approvals.list({ limit: 9, ...query }, now)).items.length
      expect(await count({ status: ['pending', 'approved'] })).toBe(5)
      expect(await count({ status: ['rejected'] })).toBe(0)
      expect(await count({ status: [] })).toBe(0)
      expect(await count({ namespace: 'payments' })).toBe(5)
      expect(await count({ namespace: 'shop' })).toBe(0)
      expect(await count({ incident_id })).toBe(5)
      expect(await count({ incident_id: 'inc_none' })).toBe(0)
      await expect(store.approvals.list({ limit: 1, cursor: 'x' }, now)).rejects.toMatchObject({
        code: 'SRE_INCIDENTS_CURSOR',
      })
    })

    it('asks once for one plan that a decision names twice', async () => {
      await changes.decide([plan(), plan({ id: 'act_2' })])
      expect(await only()).toMatchObject({ plan_hash: hash() })
    })
  })
}
