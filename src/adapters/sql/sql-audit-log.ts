import type { AuditDraft, AuditEntry } from '#src/domain/audit.ts'
import { auditHash, firstAuditHash } from '#src/domain/audit-hash.ts'
import type { AuditLog, AuditQuery } from '#src/server/port.ts'
import type { AuditRow } from './tables.ts'
import { toJson } from './to-json.ts'
import { type Access, transact } from './engine.ts'

/** The hash chain of what was done. One entry after the other, over all replicas. */
export class SqlAuditLog implements AuditLog {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  append(draft: AuditDraft): Promise<AuditEntry> {
    return transact(this.#access, 'audit', async (transaction) => {
      const last = await transaction
        .selectFrom('audit')
        .select(['seq', 'hash'])
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst()
      const entry = chained(draft, last)
      await transaction
        .insertInto('audit')
        .values({ ...entry, detail: JSON.stringify(entry.detail) })
        .execute()
      return entry
    })
  }

  async list({ actor, action, before_seq, limit }: AuditQuery): Promise<AuditEntry[]> {
    let rows = this.#access.database.selectFrom('audit').selectAll()
    if (actor !== undefined) rows = rows.where('actor', '=', actor)
    if (action !== undefined) rows = rows.where('action', '=', action)
    if (before_seq !== undefined) rows = rows.where('seq', '<', before_seq)
    return (await rows.orderBy('seq', 'desc').limit(limit).execute()).map(toEntry)
  }

  async walk(after_seq: number, limit: number): Promise<AuditEntry[]> {
    const rows = await this.#access.database
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', after_seq)
      .orderBy('seq')
      .limit(limit)
      .execute()
    return rows.map(toEntry)
  }
}

/** Hashed as it will be read back: through the very text that is stored. */
function chained(draft: AuditDraft, last: { seq: number; hash: string } | undefined): AuditEntry {
  const stored = JSON.parse(toJson(draft)) as AuditDraft
  const entry = { ...stored, seq: (last?.seq ?? 0) + 1, previous_hash: last?.hash ?? firstAuditHash }
  return { ...entry, hash: auditHash(entry) }
}

function toEntry(row: AuditRow): AuditEntry {
  return { ...row, detail: JSON.parse(row.detail) as AuditEntry['detail'] }
}
