import type { AuditDraft, AuditEntry } from '#src/domain/audit.ts'

/* What adapters implement for the HTTP server alone. */

/** Which entries; an entry must match every filter that is given. */
export interface AuditQuery {
  actor?: string
  action?: string
  /** Entries with a smaller `seq`: the page after the one that ended there. */
  before_seq?: number
  limit: number
}

/** The append-only log of who did what. */
export interface AuditLog {
  append(draft: AuditDraft): Promise<AuditEntry>
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditEntry[]>
  /** All entries after `after_seq`, oldest first, at most `limit`: to verify the chain. */
  walk(after_seq: number, limit: number): Promise<AuditEntry[]>
}

/** Reads JWTs of the configured issuer. */
export interface JwtReader {
  /** The caller's claims, checked; undefined where the token is not valid. Rejects where the issuer's keys cannot be fetched. */
  read(token: string): Promise<Readonly<Record<string, unknown>> | undefined>
}
