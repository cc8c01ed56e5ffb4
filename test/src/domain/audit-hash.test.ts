import { describe, expect, it } from 'vitest'
import { auditHash, firstAuditHash } from '#src/domain/audit-hash.ts'

const entry = {
  seq: 1,
  at: '2026-11-26T12:00:00.000Z',
  actor: 'anna',
  role: 'operator',
  action: 'incident.close',
  target: 'inc_1',
  detail: { b: [1, { y: 1, x: 2 }], a: 'text' } as Record<string, unknown>,
  trace_id: 'a'.repeat(32),
  previous_hash: firstAuditHash,
}

describe('src/domain/audit-hash', () => {
  it('is the same for the same content, whatever the order in which it was put together', () => {
    const turned = Object.fromEntries(Object.entries(entry).toReversed()) as typeof entry
    expect(auditHash({ ...turned, detail: { a: 'text', gone: undefined, b: [1, { x: 2, y: 1 }] } })).toBe(
      auditHash(entry),
    )
    expect(auditHash(entry)).toMatch(/^[0-9a-f]{64}$/)
  })

  it('changes with every field, the hash before it included', () => {
    const others = [
      { seq: 2 },
      { at: '2026-11-26T12:00:00.001Z' },
      { actor: 'bob' },
      { role: 'admin' },
      { action: 'incident.rerun' },
      { target: 'inc_2' },
      { detail: { ...entry.detail, a: 'other' } },
      { trace_id: 'b'.repeat(32) },
      { previous_hash: auditHash(entry) },
    ]
    const hashes = [entry, ...others.map((other) => ({ ...entry, ...other }))].map(auditHash)
    expect(new Set(hashes).size).toBe(10)
  })
})
