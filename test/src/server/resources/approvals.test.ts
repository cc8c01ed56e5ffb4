import { describe, expect, it } from 'vitest'
import { CodedError } from '#src/domain/coded-error.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'
import { buildApproval } from '#test/helpers/build-change.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { startDouble } from '#test/helpers/server-double.ts'

const approval = buildApproval()
const { plan_hash } = approval

/** A server with one approval; every call of the port is recorded. */
async function start(over: Partial<ServerDeps['approvals']> = {}) {
  const calls: unknown[] = []
  const answer = (verb: string) => async (id: string, given: object) => {
    calls.push([verb, id, given])
    return approval
  }
  const server = await startDouble({
    approvals: {
      list: async (query) => {
        calls.push(query)
        return { items: [approval], next_cursor: 'next' }
      },
      get: async (id) => (id === approval.id ? approval : undefined),
      approve: answer('approve'),
      reject: answer('reject'),
      ...over,
    },
  })
  return { server, calls, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('src/server/resources/approvals', () => {
  it('lists by filter, page by page', async () => {
    await using service = await start()
    const response = await service.server.call('/api/approvals?status=pending,approved&namespace=a&incident_id=inc_1')
    expect(await response.json()).toEqual({ approvals: [approval], next_cursor: 'next' })
    expect(service.calls).toEqual([
      { status: ['pending', 'approved'], namespace: 'a', incident_id: 'inc_1', limit: 50 },
    ])
    for (const query of ['status=lost', 'limit=0', 'cursor=%27', 'state=pending'])
      expect((await service.server.call(`/api/approvals?${query}`)).status).toBe(400)
  })

  it('shows one', async () => {
    await using service = await start()
    expect(await (await service.server.call('/api/approvals/apr_1')).json()).toEqual(approval)
    const missing = await service.server.call('/api/approvals/apr_2')
    expect(missing.status).toBe(404)
    expect(await problemIn(missing)).toMatchObject({ code: 'SRE_APPROVALS_UNKNOWN' })
  })

  it.each(['approve', 'reject'] as const)("can %s a plan, with the caller's name, and writes it down", async (verb) => {
    await using service = await start()
    const response = await service.server.post(`/api/approvals/apr_1/${verb}`, { plan_hash, comment: ' seen ' })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual(approval)
    expect(service.calls).toEqual([[verb, 'apr_1', { plan_hash, comment: 'seen', by: 'local' }]])
    expect(service.server.state.audit).toMatchObject([
      { action: `approval.${verb}`, target: 'apr_1', actor: 'local', detail: { plan_hash, comment: 'seen' } },
    ])
  })

  it.each([
    ['approve', {}, 'plan_hash'],
    ['approve', { plan_hash: 'abc' }, 'plan_hash'],
    ['approve', { plan_hash, comment: ' ' }, 'comment'],
    ['approve', { plan_hash, force: true }, 'force'],
    ['reject', { plan_hash }, 'comment'],
    ['reject', { plan_hash, comment: 'x'.repeat(1001) }, 'comment'],
  ])('refuses to %s with %.40j, and changes nothing', async (verb, body, path) => {
    await using service = await start()
    const response = await service.server.post(`/api/approvals/apr_1/${verb}`, body)
    expect(response.status).toBe(400)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_INVALID', errors: [{ path }] })
    expect(service.calls).toEqual([])
    expect(service.server.state.audit).toEqual([])
  })

  it('says why an answer is too late, and writes the failure down', async () => {
    await using service = await start({
      approve: () => Promise.reject(new CodedError('SRE_APPROVALS_STATE', 'it is expired')),
    })
    const response = await service.server.post('/api/approvals/apr_1/approve', { plan_hash })
    expect(response.status).toBe(409)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_APPROVALS_STATE', detail: 'it is expired' })
    expect(service.server.state.audit.map(({ action }) => action)).toEqual([
      'approval.approve',
      'approval.approve.failed',
    ])
    expect(service.server.state.audit[1]?.detail).toEqual({ code: 'SRE_APPROVALS_STATE' })
  })
})
