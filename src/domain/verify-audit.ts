import { auditHash, firstAuditHash } from './audit-hash.ts'
import type { AuditEntry, AuditVerdict } from './audit.ts'

const pageSize = 500

/** Walks the chain from its first entry: every number in its place, every hash that of its entry, each naming the one before it. */
export async function verifyAudit(
  walk: (after_seq: number, limit: number) => Promise<AuditEntry[]>,
): Promise<AuditVerdict> {
  let entries = 0
  let last_hash = firstAuditHash
  for (;;) {
    const page = await walk(entries, pageSize)
    for (const entry of page) {
      const why = flawOf(entry, entries + 1, last_hash)
      if (why !== undefined) return { intact: false, entries, first_break: { seq: entries + 1, why } }
      entries++
      last_hash = entry.hash
    }
    if (page.length < pageSize) return { intact: true, entries, ...(entries > 0 && { last_hash }) }
  }
}

function flawOf(entry: AuditEntry, seq: number, previous: string): string | undefined {
  if (entry.seq !== seq) return `entry ${seq} is missing: entry ${entry.seq} follows`
  if (entry.previous_hash !== previous) return 'it does not follow from the entry before it'
  return auditHash(entry) === entry.hash ? undefined : 'its content was changed after it was written'
}
