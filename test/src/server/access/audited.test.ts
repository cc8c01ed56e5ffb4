import { describe, expect, it } from 'vitest'
import { CodedError } from '#src/domain/coded-error.ts'
import { audited } from '#src/server/access/audited.ts'
import { serverDouble } from '#test/helpers/server-double.ts'

const by = { caller: { name: 'ada', role: 'operator' as const }, trace_id: '0'.repeat(32) }
const action = { action: 'incident.close', target: 'inc_1', detail: { reason: 'over' } }

describe('src/server/access/audited', () => {
  it('writes the action down before it is carried out', async () => {
    const { deps, state } = serverDouble()
    const seen = await audited(deps.audit, by, action, async () => state.audit.length)
    expect(seen).toBe(1)
    expect(state.audit).toMatchObject([{ ...action, actor: 'ada', role: 'operator', trace_id: by.trace_id }])
  })

  it.each([
    [new CodedError('SRE_INCIDENTS_STATE', 'it is running'), 'SRE_INCIDENTS_STATE'],
    [new Error('no such table'), 'SRE_SERVER_INTERNAL'],
  ])('writes the failure %s down by its code, and passes it on', async (failure, code) => {
    const { deps, state } = serverDouble()
    await expect(audited(deps.audit, by, action, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(state.audit[1]).toMatchObject({ action: 'incident.close.failed', target: 'inc_1', detail: { code } })
  })

  it('carries out nothing that cannot be written down', async () => {
    const cause = new Error('disk full')
    let done = false
    const work = async () => {
      done = true
    }
    const audit = { append: () => Promise.reject(cause) }
    await expect(audited(audit, by, action, work)).rejects.toMatchObject({
      code: 'SRE_INCIDENTS_STORE_FAILED',
      retry: true,
      cause,
    })
    expect(done).toBe(false)
  })
})
