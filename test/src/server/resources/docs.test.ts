import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

const get = (path: string, init?: RequestInit) => server.call(path, init)

describe('src/server/resources/docs', () => {
  it('serves its reference from its own files, under a policy that allows nothing else', async () => {
    const page = await get('/docs')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const html = await page.text()
    const linked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string)
    expect(linked).toContain('/docs/docs.js')
    for (const address of linked) {
      expect(address).toMatch(/^\//)
      expect((await get(address)).status).toBe(200)
    }
    expect(html).not.toMatch(/<style|<script>|onclick=/)
  })

  it.each(['/redoc', '/'])('redirects %s to the reference', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('/docs')
  })
})
