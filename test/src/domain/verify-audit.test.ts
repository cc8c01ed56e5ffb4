import { describe, expect, it } from 'vitest'
import { auditHash, firstAuditHash } from '#src/domain/audit-hash.ts'
import type { AuditEntry } from '#src/domain/audit.ts'
import { verifyAudit } from '#src/domain/verify-audit.ts'

function chain(length: number): AuditEntry[] {
  const entries: AuditEntry[] = []
  for (let seq = 1; seq <= length; seq++) {
    const at = '2026-11-21T08:00:00.000Z'
    const draft = { at, actor: 'a', role: 'admin', action: 'x', target: 't', detail: { seq }, trace_id: 'i' }
    const body = { ...draft, seq, previous_hash: entries.at(-1)?.hash ?? firstAuditHash }
    entries.push({ ...body, hash: auditHash(body) })
  }
  return entries
}

const verify = (entries: AuditEntry[]) =>
  verifyAudit(async (after, limit) => entries.filter(({ seq }) => seq > after).slice(0, limit))

describe('src/domain/verify-audit', () => {
  it.each([0, 1, 499, 500, 501, 1000])('finds %i untouched entries intact', async (length) => {
    const entries = chain(length)
    expect(await verify(entries)).toEqual({
      intact: true,
      entries: length,
      ...(length > 0 && { last_hash: entries.at(-1)?.hash }),
    })
  })

  it.each<[string, (entries: AuditEntry[]) => void, number]>([
    ['a changed word', (entries) => (entries[4]!.target = 'another'), 5],
    ['a changed detail', (entries) => (entries[4]!.detail = { seq: 6 }), 5],
    ['an entry that was taken out', (entries) => entries.splice(4, 1), 5],
    ['a first entry that was taken out', (entries) => entries.splice(0, 1), 1],
    [
      'an entry that was written anew with a right hash of its own',
      (entries) => {
        entries[4]!.target = 'another'
        entries[4]!.hash = auditHash(entries[4]!)
      },
      6,
    ],
    ['entries past a page', (entries) => (entries[600]!.actor = 'b'), 601],
  ])('names the first break after %s', async (_words, tamper, seq) => {
    const entries = chain(700)
    tamper(entries)
    expect(await verify(entries)).toMatchObject({ intact: false, entries: seq - 1, first_break: { seq } })
  })
})
