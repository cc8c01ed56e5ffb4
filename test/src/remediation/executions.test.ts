import { describe, expect, it } from 'vitest'
import type { Execution } from '#src/domain/execution.ts'
import { createExecutions } from '#src/remediation/executions.ts'
import type { EndResult, StartResult } from '#src/remediation/port.ts'
import { recommend } from '#test/helpers/recommend.ts'

const { approval: _approval, ...action } = recommend('inc_1')
const plan_hash = String(action.plan_hash)
const execution: Execution = {
  id: 'exe_1',
  incident_id: 'inc_1',
  run_id: 'run_1',
  plan_hash,
  action,
  causes: [],
  status: 'done',
  started_at: '2026-11-27T12:00:00Z',
  started_by: 'anna',
  expires_at: '2026-11-27T13:00:00Z',
  ended_by: 'anna',
}
const intent = { incident_id: 'inc_1', action_id: 'act_1', plan_hash, by: 'anna' }
const told = { status: 'done', by: 'anna', trace_id: 'a'.repeat(32) } as const

function deskOver(answers: { started?: StartResult; ended?: EndResult }) {
  let woken = 0
  const desk = createExecutions({
    store: {
      begin: () => Promise.resolve(answers.started ?? { kind: 'unknown' }),
      end: () => Promise.resolve(answers.ended),
      get: () => Promise.resolve(execution),
      list: () => Promise.resolve({ items: [] }),
    },
    newId: (prefix) => `${prefix}_1`,
    now: () => 1_000,
    timeout_ms: 10,
    queue_ttl_ms: 10,
    onQueued: () => (woken += 1),
  })
  return { desk, woken: () => woken }
}

describe('src/remediation/executions', () => {
  it('says why it may not begin', async () => {
    const refusal = { why: 'target_busy', detail: 'bob is changing the same target (exe_9)' } as const
    const { desk } = deskOver({ started: { kind: 'refused', refusal } })
    await expect(desk.begin(intent)).rejects.toMatchObject({
      code: 'SRE_EXECUTIONS_REFUSED',
      message: 'target_busy: bob is changing the same target (exe_9)',
    })
    await expect(deskOver({}).desk.begin(intent)).rejects.toMatchObject({ code: 'SRE_INCIDENTS_UNKNOWN' })
  })

  it('tells a worker where a run is to check the outcome, and only there', async () => {
    const looking = deskOver({ ended: { execution, changed: true, follow_up_run: true } })
    expect(await looking.desk.end('exe_1', told)).toEqual({ execution, follow_up_run: true })
    expect(looking.woken()).toBe(1)
    const still = deskOver({ ended: { execution, changed: true, follow_up_run: false } })
    await still.desk.end('exe_1', told)
    expect(still.woken()).toBe(0)
  })

  it('answers the same end again the same, and refuses another one', async () => {
    const { desk } = deskOver({ ended: { execution, changed: false, follow_up_run: false } })
    expect(await desk.end('exe_1', told)).toEqual({ execution, follow_up_run: false })
    for (const other of [{ status: 'failed' }, { by: 'bob' }] as const)
      await expect(desk.end('exe_1', { ...told, ...other })).rejects.toMatchObject({
        code: 'SRE_EXECUTIONS_STATE',
        message: 'it has ended already: it is done',
      })
    await expect(deskOver({}).desk.end('exe_1', told)).rejects.toMatchObject({ code: 'SRE_EXECUTIONS_UNKNOWN' })
  })
})
