import { describe, expect, it } from 'vitest'
import { createEvidenceLedger } from '#agents/evidence-ledger.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import { createRedactor } from '#src/redaction/create-redactor.ts'

const fact = (statement: string, uid = 'e1'): EvidenceDraft => ({
  source: 'event',
  statement,
  observed_at: '2026-01-01T00:00:00Z',
  trust: 'workload_text',
  ref: { event: { uid } },
})

describe('agents/evidence-ledger', () => {
  it('gives each fact an id and the same fact the same one', () => {
    const ledger = createEvidenceLedger((text) => text)
    expect([fact('a'), fact('b'), fact('a'), fact('a', 'e2')].map((draft) => ledger.record(draft))).toEqual([
      'ev_1',
      'ev_2',
      'ev_1',
      'ev_3',
    ])
    expect(ledger.get('ev_2')?.statement).toBe('b')
    expect(ledger.all()).toHaveLength(3)
    expect(ledger.get('ev_9')).toBeUndefined()
  })

  it('holds no secret and no hostile character', () => {
    const ledger = createEvidenceLedger(createRedactor(['hunter22']))
    ledger.record(fact('login with hunter22 \u001b[31mfailed\u202e'))
    const [kept] = ledger.all()
    for (const hostile of ['hunter22', '\u001b', '\u202e']) expect(kept?.statement).not.toContain(hostile)
    expect(kept?.statement).toContain('[redacted:')
  })

  it('cuts what is too long', () => {
    const ledger = createEvidenceLedger((text) => text)
    ledger.record(fact('x'.repeat(5000)))
    expect(ledger.all()[0]?.statement.length).toBeLessThanOrEqual(600)
  })
})
