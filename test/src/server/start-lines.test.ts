import { describe, expect, it } from 'vitest'
import { startLines, workerLines } from '#src/server/start-lines.ts'

describe('src/server/start-lines', () => {
  it('names the cluster, the minds and the store, and shows an example request', () => {
    const text = startLines({
      url: 'http://127.0.0.1:8000',
      version: '1.2.3',
      cluster: 'practice (2 recorded namespaces)',
      minds: ['rules'],
      store: '/data/sre-agent.db',
      example: { namespace: 'payments' },
    })
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(8)
    for (const part of ['1.2.3', 'practice', 'rules', '/data/sre-agent.db', 'http://127.0.0.1:8000/docs'])
      expect(text).toContain(part)
    expect(text).toContain(
      `curl -X POST http://127.0.0.1:8000/decide -H 'content-type: application/json' -d '{"namespace":"payments"}'`,
    )
  })

  it('names no address of a worker', () => {
    const text = workerLines({ version: '1.2.3', cluster: 'practice', minds: ['rules'], store: '/data/sre-agent.db' })
    for (const part of ['1.2.3', 'practice', 'rules', '/data/sre-agent.db']) expect(text).toContain(part)
    expect(text).not.toContain('http')
  })
})
