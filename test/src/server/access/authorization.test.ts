import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Role } from '#src/domain/role.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type DoubleServer, serverDouble, startDouble } from '#test/helpers/server-double.ts'

const roles = ['reader', 'forwarder', 'operator', 'approver', 'admin'] as const
const tokens = roles.map((role) => ({
  name: `the-${role}`,
  role,
  sha256: createHash('sha256').update(`token-of-${role}`).digest('hex'),
}))
const access = { tokens, webhooks: {} }
const as = (token: string) => ({ authorization: `Bearer ${token}` })

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble({ access })
})
afterEach(() => server[Symbol.asyncDispose]())

describe('src/server/access/authorization', () => {
  it('answers too many wrong tokens with 429, and still accepts a right one', async () => {
    const statuses = []
    for (let count = 0; count < 33; count++)
      statuses.push((await server.call('/api/incidents', { headers: as(`wrong${count}`) })).status)
    expect(statuses.slice(0, 30).every((status) => status === 401)).toBe(true)
    expect(statuses.slice(30)).toEqual([429, 429, 429])
    const refused = await server.call('/api/incidents', { headers: as('again') })
    expect(refused.headers.get('retry-after')).toBe('60')
    expect(await problemIn(refused)).toMatchObject({ code: 'SRE_ACCESS_TOO_MANY_FAILURES' })
    expect((await server.call('/api/incidents', { headers: as('token-of-reader') })).status).toBe(200)
  })

  it('refuses also where the audit log cannot be written', async () => {
    const { audit } = serverDouble().deps
    const append = () => Promise.reject(new Error('disk full'))
    await using mute = await startDouble({ access, audit: { ...audit, append } })
    const response = await mute.call('/api/audit', { headers: as('token-of-reader') })
    expect(response.status).toBe(403)
    const failures = mute.state.logger.lines.filter(({ level }) => level === 'error')
    expect(failures).toMatchObject([{ fields: { caller: 'the-reader' } }])
  })

  const may: Record<string, Role[]> = {
    'GET /api/incidents': ['reader', 'operator', 'approver', 'admin'],
    'GET /api/incidents/inc_1/signals': ['reader', 'operator', 'approver', 'admin'],
    'GET /alerts': ['reader', 'operator', 'approver', 'admin'],
    'GET /alerts/queue': ['reader', 'operator', 'approver', 'admin'],
    'GET /api/silences': ['reader', 'operator', 'approver', 'admin'],
    'GET /workflow/info': ['reader', 'operator', 'approver', 'admin'],
    'POST /decide': ['operator', 'approver', 'admin'],
    'POST /decide?wait=false': ['forwarder', 'operator', 'approver', 'admin'],
    'POST /webhook/generic': ['forwarder', 'operator', 'approver', 'admin'],
    'POST /api/issues': ['forwarder', 'operator', 'approver', 'admin'],
    'POST /api/incidents/inc_1/rerun': ['operator', 'approver', 'admin'],
    'POST /api/incidents/inc_1/close': ['operator', 'approver', 'admin'],
    'POST /api/silences': ['operator', 'approver', 'admin'],
    'DELETE /api/silences/sil_1': ['operator', 'approver', 'admin'],
    'GET /api/audit': ['admin'],
  }

  it.each(Object.entries(may))(
    'allows %s only to the roles that have the right, and writes refusals to the audit log',
    async (route, allowed) => {
      const [method, path] = route.split(' ') as [string, string]
      const refused: string[] = []
      for (const role of roles) {
        const headers = { ...as(`token-of-${role}`), 'content-type': 'application/json' }
        const response = await server.call(path, { method, headers, ...(method === 'POST' && { body: '{}' }) })
        if (response.status !== 403) continue
        refused.push(role)
        expect(await problemIn(response)).toMatchObject({ code: 'SRE_ACCESS_FORBIDDEN' })
      }
      expect(roles.filter((role) => !refused.includes(role))).toEqual(allowed)
      const noted = server.state.audit.filter(({ action }) => action === 'access.refused')
      expect(noted.map(({ actor }) => actor)).toEqual(refused.map((role) => `the-${role}`))
      expect(noted.every(({ target }) => target === `${method} ${path.split('?')[0]}`)).toBe(true)
    },
  )
})
