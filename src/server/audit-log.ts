import type { AuditDraft, AuditEntry } from '#src/domain/audit.ts'

/** Which entries; every filter that is given must fit. */
export interface AuditQuery {
  actor?: string
  action?: string
  /** Entries with a smaller `seq`: the page after the one that ended there. */
  before_seq?: number
  limit: number
}

/** The append-only log of what was done by whom. */
export interface AuditLog {
  append(draft: AuditDraft): Promise<AuditEntry>
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditEntry[]>
  /** All entries after `after_seq`, oldest first, at most `limit`: to walk the chain. */
  walk(after_seq: number, limit: number): Promise<AuditEntry[]>
}
