import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createFailureCounter } from '#src/server/access/rate-limits.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { startDouble } from '#test/helpers/server-double.ts'

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')
const limits = {
  signals_per_minute: 3,
  requests_per_minute: 2,
  auth_failures_per_minute: 30,
  streams: 200,
  streams_per_caller: 20,
}

describe('src/server/access/rate-limits', () => {
  it('limits each caller separately, and delivered signals apart from other requests', async () => {
    const tokens = ['a', 'b'].map((name) => ({ name, role: 'operator' as const, sha256: hashOf(name) }))
    await using server = await startDouble({ access: { tokens, webhooks: {} }, limits })
    const as = (name: string) => ({ authorization: `Bearer ${name}` })
    const statuses = async (name: string, path: string, count: number) => {
      const all = []
      for (let number = 0; number < count; number++)
        all.push(
          (path.startsWith('/api')
            ? await server.call(path, { headers: as(name) })
            : await server.post(path, {}, as(name))
          ).status,
        )
      return all
    }
    expect(await statuses('a', '/api/incidents', 3)).toEqual([200, 200, 429])
    expect(await statuses('a', '/webhook/generic', 2)).toEqual([202, 202])
    expect(await statuses('a', '/decide?wait=false', 2)).toEqual([202, 429])
    expect(await statuses('b', '/api/incidents', 1)).toEqual([200])
    const response = await server.call('/api/incidents', { headers: as('a') })
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(response.headers.get('ratelimit')).toContain('r=0')
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_RATE_LIMITED', retry: true })
  })

  it('limits nobody at 0', async () => {
    await using server = await startDouble()
    for (let count = 0; count < 20; count++) expect((await server.call('/api/incidents')).status).toBe(200)
  })

  it('counts each address for a minute', () => {
    let now = 0
    const failures = createFailureCounter(2, () => now)
    expect([1, 2, 3].map(() => failures.count('a'))).toEqual([false, false, true])
    expect(failures.count('b')).toBe(false)
    now += 60_000
    expect(failures.count('a')).toBe(false)
  })

  it('remembers a bounded number of addresses, the latest', () => {
    const failures = createFailureCounter(1, () => 0)
    failures.count('first')
    for (let count = 0; count < 10_000; count++) failures.count(`flood ${count}`)
    expect(failures.count('first')).toBe(false)
    expect(failures.count('flood 9999')).toBe(true)
  })

  it('counts nothing at 0', () => {
    const failures = createFailureCounter(0, () => 0)
    expect([1, 2, 3].map(() => failures.count('a'))).toEqual([false, false, false])
  })
})
