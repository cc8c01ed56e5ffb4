import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '#src/adapters/sql/store.ts'
import type { RecommendedAction } from '#src/domain/action.ts'
import type { ExecutionEnd } from '#src/remediation/port.ts'
import { evaluateStart } from '#src/remediation/execution-lifecycle.ts'
import { changesOver } from '#test/helpers/changes-over.ts'
import { recommend } from '#test/helpers/recommend.ts'
import type { CreateDatabase, DatabaseUnderTest } from '#test/helpers/store-engines.ts'

const now = Date.parse('2026-11-27T12:00:00.000Z')
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString()
const by = { actor: 'anna', reason: 'over', trace_id: 'f'.repeat(32), at: at(60) }

/** What every store promises of executions: approved for this plan, one at a time on a target, and looked at afterwards. */
export function executionStoreContract(name: string, create: CreateDatabase): void {
  describe(`executions: ${name}`, () => {
    let database: DatabaseUnderTest
    let store: Store
    let changes: ReturnType<typeof changesOver>
    let incident_id: string
    let count: number
    beforeEach(async () => {
      count = 0
      database = await create()
      store = await database.open()
      changes = changesOver(store, now)
      incident_id = await changes.open()
    })
    afterEach(() => database.close())

    const plan = (over: Partial<RecommendedAction> = {}) => recommend(incident_id, over)
    const draftOf = (action: RecommendedAction, over: object = {}) => ({
      id: `exe_${++count}`,
      incident_id,
      action_id: action.id,
      plan_hash: String(action.plan_hash),
      by: 'anna',
      at: now + 20_000,
      expires_ms: now + 3_600_000,
      ...over,
    })
    const begin = (action: RecommendedAction, over: object = {}, through = store) => {
      const draft = draftOf(action, over)
      return through.executions.begin(draft, (facts) => evaluateStart(facts, draft))
    }
    const approve = async (seconds = 10) => {
      const [asked] = (await store.approvals.list({ limit: 1, status: ['pending'] }, now + seconds * 1000)).items
      if (!asked) throw new Error('nobody was asked')
      const word = { status: 'approved', plan_hash: asked.plan_hash, by: 'eve' } as const
      await store.approvals.decide(asked.id, { ...word, at: now + seconds * 1000, expires_ms: now + 900_000 })
      return asked.id
    }
    /** Recommended, approved, begun. */
    const begun = async () => {
      await changes.decide([plan()])
      await approve()
      const result = await begin(plan())
      if (result.kind !== 'started') throw new Error(JSON.stringify(result))
      return result.execution
    }
    const end = (id: string, over: Partial<ExecutionEnd> = {}) =>
      store.executions.end(id, {
        status: 'done',
        by: 'anna',
        at: now + 30_000,
        trace_id: 'd'.repeat(32),
        queue_expires_ms: now + 600_000,
        ...over,
      })
    const statusOf = async () => (await store.archive.get(incident_id))?.status
    const kinds = async () => (await store.archive.timeline(incident_id, 0, 50)).map((line) => line.kind)

    it('begins what is approved, with the plan as it was shown and the causes that it is to remove', async () => {
      const execution = await begun()
      expect(execution).toMatchObject({
        incident_id,
        run_id: 'run_1',
        plan_hash: plan().plan_hash,
        status: 'running',
        started_by: 'anna',
        started_at: at(20),
        action: { kind: 'rollback', params: { to_revision: 4 } },
        causes: [{ mechanism: 'missing_env', resource: { kind: 'Deployment', name: 'gateway' } }],
      })
      expect(await store.executions.get(execution.id)).toEqual(execution)
      expect(await store.approvals.get(String(execution.approval_id), now)).toMatchObject({
        status: 'approved',
        execution_id: execution.id,
      })
      expect(await kinds()).toContain('execution_started')
    })

    it.each<[string, (action: RecommendedAction) => Promise<unknown>, string]>([
      ['nobody has approved it', (action) => begin(action), 'not_approved'],
      [
        'the approval has expired',
        (action) => approve().then(() => begin(action, { at: now + 901_000 })),
        'not_approved',
      ],
      ['the decision recommends another plan', (action) => begin(action, { plan_hash: 'a'.repeat(64) }), 'other_plan'],
      ['the decision recommends no such action', (action) => begin(action, { action_id: 'act_9' }), 'no_such_action'],
      [
        'its incident is closed',
        (action) => store.control.close(incident_id, by).then(() => begin(action)),
        'incident_closed',
      ],
    ])('does not begin where %s', async (_case, attempt, why) => {
      await changes.decide([plan()])
      expect(await attempt(plan())).toMatchObject({ kind: 'refused', refusal: { why } })
      expect(await store.executions.list({ limit: 9 })).toEqual({ items: [] })
      expect(await kinds()).not.toContain('execution_started')
    })

    it('does not begin what the guard denies, nor anything of an incident that is not there', async () => {
      const denied = plan({ guard: { verdict: 'deny', reasons: ['it is on the deny list'] } })
      await changes.decide([denied])
      expect(await begin(denied)).toMatchObject({ refusal: { why: 'denied' } })
      expect(await begin(plan(), { incident_id: 'inc_none' })).toEqual({ kind: 'unknown' })
    })

    it('needs no approval for what needs none', async () => {
      const free = plan({ approval: { required: false, status: 'not_required' } })
      await changes.decide([free])
      const result = await begin(free)
      expect(result).toMatchObject({ kind: 'started', execution: { status: 'running' } })
    })

    it('lets one of several begin on a target, from whichever process', async () => {
      const plans = [1, 2, 3].map((revision) =>
        plan({
          id: `act_${revision}`,
          params: { to_revision: revision },
          approval: { required: false, status: 'not_required' },
        }),
      )
      await changes.decide(plans)
      const second = await database.open()
      const results = await Promise.all(
        plans.map((each, index) => begin(each, { by: `p${index}` }, index === 1 ? second : store)),
      )
      expect(results.filter((each) => each.kind === 'started')).toHaveLength(1)
      expect(results.filter((each) => each.kind === 'refused').map((each) => each.refusal.why)).toEqual([
        'target_busy',
        'target_busy',
      ])
      expect((await store.executions.list({ limit: 9 })).items).toHaveLength(1)
    })

    it('uses an approval once', async () => {
      const execution = await begun()
      await end(execution.id, { status: 'abandoned' })
      expect(await begin(plan())).toMatchObject({ refusal: { why: 'not_approved' } })
      const again = {
        status: 'approved',
        plan_hash: execution.plan_hash,
        by: 'bob',
        at: now + 40_000,
        expires_ms: now + 1,
      } as const
      expect(await store.approvals.decide(String(execution.approval_id), again)).toMatchObject({ refused: 'used' })
    })

    it('has a run look at what was done, with the trace of who told', async () => {
      const execution = await begun()
      expect(await end(execution.id, { note: 'revision 4' })).toMatchObject({
        changed: true,
        follow_up_run: true,
        execution: { status: 'done', ended_at: at(30), ended_by: 'anna', note: 'revision 4' },
      })
      expect(await statusOf()).toBe('queued')
      const claimed = await changes.claim('run_2', 31)
      expect(claimed.trace_id).toBe('d'.repeat(32))
      await changes.finish(claimed, [], { seconds: 40, over: { outcome: 'recovered', root_causes: [] } })
      expect((await store.executions.get(execution.id))?.observed_after).toEqual({
        state: 'gone',
        because: 'the outcome of the run after it is recovered',
        run_id: 'run_2',
        at: at(40),
      })
      expect(await kinds()).toEqual(expect.arrayContaining(['execution_ended', 'observed_after']))
    })

    it('does not take the word of a run that had begun before the change was done', async () => {
      await changes.decide([plan()])
      await approve()
      await changes.again(15)
      const claimed = await changes.claim('run_2', 16)
      const result = await begin(plan())
      const id = result.kind === 'started' ? result.execution.id : ''
      expect(await end(id)).toMatchObject({ follow_up_run: true })
      await changes.finish(claimed, [plan()], { seconds: 40 })
      expect(await store.executions.get(id)).toMatchObject({ status: 'done', observed_after: undefined })
      expect(await statusOf()).toBe('queued')
      await changes.decide([plan()], { run_id: 'run_3', seconds: 50 })
      expect((await store.executions.get(id))?.observed_after).toMatchObject({ state: 'still_there', run_id: 'run_3' })
    })

    it('is looked at once', async () => {
      const { id } = await begun()
      await end(id)
      await changes.decide([], { run_id: 'run_2', seconds: 40, over: { outcome: 'unknown' } })
      await changes.again(50)
      await changes.decide([], { run_id: 'run_3', seconds: 60, over: { outcome: 'healthy', root_causes: [] } })
      expect((await store.executions.get(id))?.observed_after).toMatchObject({ state: 'unknown', run_id: 'run_2' })
    })

    it('looks at nothing where nothing was changed', async () => {
      for (const status of ['failed', 'abandoned'] as const) {
        await changes.again(1)
        const free = plan({ approval: { required: false, status: 'not_required' } })
        await changes.decide([free], { run_id: `run_${status}`, seconds: 2 })
        const result = await begin(free)
        const id = result.kind === 'started' ? result.execution.id : ''
        expect(await end(id, { status })).toMatchObject({ changed: true, follow_up_run: false, execution: { status } })
        expect(await statusOf()).toBe('done')
      }
    })

    it('opens a closed incident again to look, unless its problem is open elsewhere', async () => {
      const first = await begun()
      await store.control.close(incident_id, by)
      await changes.open()
      expect(await end(first.id)).toMatchObject({ changed: true, follow_up_run: false })
      expect(await statusOf()).toBe('closed')
    })

    it('ends once; the same word again is answered the same', async () => {
      const { id } = await begun()
      await end(id)
      expect(await end(id)).toMatchObject({ changed: false, follow_up_run: true, execution: { status: 'done' } })
      expect(await end(id, { status: 'failed', by: 'bob' })).toMatchObject({
        changed: false,
        execution: { status: 'done' },
      })
      expect((await kinds()).filter((kind) => kind === 'execution_ended')).toHaveLength(1)
      expect(await end('exe_none')).toBeUndefined()
    })

    it('times out where nobody reports its end, frees its target, and takes the late report of the person who started it', async () => {
      const { id } = await begun()
      const late = now + 3_700_000
      expect(await store.executions.timeOut(now + 60_000, 9)).toEqual([])
      expect(await store.executions.timeOut(late, 9)).toMatchObject([{ id, status: 'timed_out' }])
      expect(await store.executions.timeOut(late, 9)).toEqual([])
      expect(await kinds()).toContain('execution_timed_out')
      expect(await end(id, { by: 'bob', at: late })).toMatchObject({
        changed: false,
        execution: { status: 'timed_out' },
      })
      const free = plan({
        id: 'act_1',
        params: { to_revision: 2 },
        approval: { required: false, status: 'not_required' },
      })
      await changes.again(3700)
      await changes.decide([free], { run_id: 'run_2', seconds: 3701 })
      expect(await begin(free, { at: late })).toMatchObject({ kind: 'started' })
      expect(await end(id, { at: late + 1000 })).toMatchObject({ changed: true, execution: { status: 'done' } })
    })

    it('lists by what is asked for, page by page', async () => {
      for (const second of [1, 2, 3]) {
        await changes.again(second)
        const free = plan({ params: { to_revision: second }, approval: { required: false, status: 'not_required' } })
        await changes.decide([free], { run_id: `run_${second}`, seconds: second })
        const result = await begin(free, { at: now + second * 1000 })
        if (result.kind === 'started' && second < 3) await end(result.execution.id, { status: 'failed' })
      }
      const ids = async (query: object) =>
        (await store.executions.list({ limit: 9, ...query })).items.map((each) => each.id)
      expect(await ids({})).toEqual(['exe_3', 'exe_2', 'exe_1'])
      expect(await ids({ status: ['running'] })).toEqual(['exe_3'])
      expect(await ids({ status: [] })).toEqual([])
      expect(await ids({ incident_id: 'inc_none' })).toEqual([])
      const first = await store.executions.list({ limit: 2 })
      expect(await ids({ cursor: first.next_cursor })).toEqual(['exe_1'])
    })

    it('gives all of it to the next process', async () => {
      const { id } = await begun()
      await end(id)
      const next = await database.open()
      expect(await next.executions.get(id)).toEqual(await store.executions.get(id))
      expect(await next.approvals.list({ limit: 9 }, now)).toEqual(await store.approvals.list({ limit: 9 }, now))
    })
  })
}
