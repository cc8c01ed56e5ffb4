import { describe, expect, it } from 'vitest'
import { deriveParamsFrom } from '#agents/action/recommendation-agent.ts'
import { createEvidenceLedger } from '#agents/evidence-ledger.ts'

const ledger = createEvidenceLedger((text) => text)
const fact = (statement: string) =>
  ledger.record({
    source: 'event',
    statement,
    observed_at: '2026-01-01T00:00:00Z',
    trust: 'api',
    ref: { event: { uid: statement } },
  })
const evidence = [fact('the container exits'), fact('the port is 8081'), fact('limits are 64Mi')]

describe('agents/action/recommendation-agent/derive-params-from', () => {
  it('cites for each parameter the fact that names its value, else the first', () => {
    const params = { container: 'api', port: 8081, limits: { memory: '64Mi' }, value: undefined }
    expect(deriveParamsFrom(params, { evidence }, ledger)).toEqual({
      container: evidence[0],
      port: evidence[1],
      limits: evidence[2],
    })
  })

  it('cites nothing where there is no evidence', () => {
    expect(deriveParamsFrom({ container: 'api' }, { evidence: [] }, ledger)).toEqual({})
  })
})
