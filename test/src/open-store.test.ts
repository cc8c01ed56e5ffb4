import { describe, expect, it } from 'vitest'
import { CodedError } from '#src/domain/coded-error.ts'
import { openStore } from '#src/open-store.ts'

const open = () => openStore({ kind: 'sqlite', path: ':memory:' })

describe('src/open-store', () => {
  it('gives failures of the store a code that says to try again, and keeps the cause', async () => {
    const store = await open()
    await store.close()
    const attempts = [
      store.archive.get('inc_1'),
      store.silences.list(1),
      store.approvals.get('apr_1', 0),
      store.executions.get('exe_1'),
      store.catalogue.revision(),
      store.audit.list({ limit: 1 }),
      store.watch.view(0, 1),
      store.queue.leases(),
    ]
    for (const result of await Promise.allSettled(attempts)) {
      const error: unknown = result.status === 'rejected' ? result.reason : undefined
      expect(error).toBeInstanceOf(CodedError)
      expect(error).toMatchObject({ code: 'SRE_INCIDENTS_STORE_FAILED', retry: true, cause: expect.any(Error) })
      expect((error as CodedError).message).toBe('the store does not answer')
    }
  })

  it('passes on what has a code already', async () => {
    const store = await open()
    await expect(store.archive.list({ cursor: 'made up', limit: 1 })).rejects.toMatchObject({
      code: 'SRE_INCIDENTS_CURSOR',
    })
    await store.close()
  })

  it('answers as the store does', async () => {
    const store = await open()
    expect(await store.archive.get('inc_1')).toBeUndefined()
    expect(await store.catalogue.revision()).toBe(0)
    await store.check()
    await store.close()
  })
})
