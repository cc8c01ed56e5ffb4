import type { AuditDraft, AuditEntry } from '#src/domain/audit.ts'
import type { Silence } from '#src/domain/silence.ts'

/* What is implemented for the HTTP server alone. */

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

/** Silences that people made. */
export interface Silences {
  /** All that have not ended, or the latest ones whether ended or not. */
  list(options: { all: boolean }): Promise<Silence[]>
  create(silence: Silence): Promise<void>
  /** Undefined where there is no such silence; one that has ended stays as it is. */
  end(id: string, by: string): Promise<Silence | undefined>
}
