import { createHash } from 'node:crypto'
import type { AuditEntry } from './audit.ts'

/** What stands before the first entry. */
export const firstAuditHash = '0'.repeat(64)

/** The hash of an entry: over its canonical JSON (keys sorted, at every depth) with the hash before it in it. */
export function auditHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, at, actor, role, action, target, detail, trace_id, previous_hash } = entry
  const hashed = { seq, at, actor, role, action, target, detail, trace_id, previous_hash }
  return createHash('sha256').update(canonical(hashed)).digest('hex')
}

/** Same text for same content, whatever the order in which it was put together; absent like `undefined`. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const pairs = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
  return `{${pairs.join(',')}}`
}
