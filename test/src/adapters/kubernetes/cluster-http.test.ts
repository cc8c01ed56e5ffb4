import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClusterHttp } from '#src/adapters/kubernetes/cluster-http.ts'
import type { HttpAnswer } from '#src/adapters/kubernetes/http-answer.ts'

const signal = new AbortController().signal
const text = JSON.stringify({ kind: 'PodList', items: ['a'.repeat(50_000)] })
const packed = gzipSync(text)

/** The body of an answer; fails where there is none. */
function bodyOf(answer: HttpAnswer): Buffer {
  if (answer.kind !== 'answer') throw new Error(answer.why)
  return answer.body
}

describe('src/adapters/kubernetes/cluster-http', () => {
  let server: Server
  let http: ClusterHttp
  const seen: { url: string | undefined; headers: Record<string, unknown> }[] = []
  const get = (path: string, more: object = {}) =>
    http.get({ path, timeout_ms: 2_000, max_bytes: 100_000, ...more }, signal)

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push({ url: request.url, headers: request.headers })
      const path = request.url?.split('?')[0]
      if (path === '/moved') response.writeHead(302, { location: '/packed' }).end()
      else if (path === '/broken') {
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.byteLength })
        response.write(packed.subarray(0, 100), () => request.socket.destroy())
      } else if (path === '/lie') response.writeHead(200, { 'content-encoding': 'gzip' }).end(text)
      else if (path === '/refused')
        response.writeHead(403, { 'content-encoding': 'gzip', 'retry-after': '7' }).end(gzipSync('{"kind":"Status"}'))
      else response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const config = new KubeConfig()
    config.loadFromClusterAndUser(
      { name: 'here', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
      { name: 'me', token: 'secret' },
    )
    http = new ClusterHttp(config, 4)
  })
  afterAll(async () => {
    await http.close()
    await new Promise((resolve) => server.close(resolve))
  })

  it('unpacks what comes packed, and sends what the server has to know', async () => {
    const answer = await get('/packed', { query: { limit: 5, continue: undefined, fieldSelector: 'type!=Normal' } })
    expect(answer).toMatchObject({ kind: 'answer', status: 200, cut: false })
    expect(bodyOf(answer).toString()).toBe(text)
    expect(seen.at(-1)).toMatchObject({
      url: '/packed?limit=5&fieldSelector=type%21%3DNormal',
      headers: { authorization: 'Bearer secret', 'accept-encoding': 'gzip', 'user-agent': 'sre-agent' },
    })
  })

  it('bounds what is unpacked, not what was sent', async () => {
    expect(packed.byteLength).toBeLessThan(1_000)
    expect(await get('/packed', { max_bytes: 10_000 })).toMatchObject({ kind: 'problem', problem: 'too_large' })
    const cut = await get('/packed', { max_bytes: 10_000, on_excess: 'cut' })
    expect(cut).toMatchObject({ kind: 'answer', cut: true })
    expect(bodyOf(cut).byteLength).toBe(10_000)
  })

  it('says that an answer broke off where it is not whole, or not packed as it says', async () => {
    const why = 'the answer broke off in the middle'
    expect(await get('/broken')).toEqual({ kind: 'problem', problem: 'broken', why })
    expect(await get('/lie')).toEqual({ kind: 'problem', problem: 'broken', why })
  })

  it('reads a packed refusal', async () => {
    const answer = await get('/refused')
    expect(answer).toMatchObject({ kind: 'answer', status: 403, retry_after_ms: 7_000 })
    expect(bodyOf(answer).toString()).toBe('{"kind":"Status"}')
    const stream = await http.stream({ path: '/refused', timeout_ms: 2_000 }, signal)
    expect(stream).toMatchObject({ kind: 'refused', status: 403 })
  })

  it('takes its credentials to no other place', async () => {
    const before = seen.length
    expect(await get('/moved')).toMatchObject({ kind: 'answer', status: 302 })
    expect(seen.length).toBe(before + 1)
  })
})
