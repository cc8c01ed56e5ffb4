import { createHash } from 'node:crypto'
import type { AuditEntry } from './audit.ts'
import { canonicalJson } from '#src/util/canonical-json.ts'

/** What stands before the first entry. */
export const firstAuditHash = '0'.repeat(64)

/** The hash of an entry: over its canonical JSON (keys sorted, at every depth) with the hash before it in it. */
export function auditHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, at, actor, role, action, target, detail, trace_id, previous_hash } = entry
  const hashed = { seq, at, actor, role, action, target, detail, trace_id, previous_hash }
  return createHash('sha256').update(canonicalJson(hashed)).digest('hex')
}
