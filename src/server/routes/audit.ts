import type { RequestHandler } from 'express'
import { z } from 'zod'
import { AuditEntry } from '#src/domain/audit.ts'
import { name, wholeNumber } from '#src/server/query-fields.ts'
import { readInput } from '#src/server/read-input.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'

/** A page of the audit log. */
export const AuditPage = z.object({ entries: z.array(AuditEntry), next_cursor: z.string().optional() })

/** Filters of the list; the cursor is a `seq`. */
export const AuditQueryFields = z.strictObject(
  {
    actor: name().optional(),
    action: name().optional(),
    cursor: wholeNumber(1, 2_147_483_647).optional(),
    limit: wholeNumber(1, 500).default(100),
  },
  { error: 'actor, action, cursor, limit' },
)

/** `GET /api/audit`: who did what, newest first. */
export function listAudit({ audit }: Pick<ServerDeps, 'audit'>): RequestHandler {
  return async (request, response) => {
    const query = readInput(AuditQueryFields, request.query, 'query', response)
    if (!query) return
    const { actor, action, cursor, limit } = query
    const entries = await audit.list({
      limit: limit + 1,
      ...(actor !== undefined && { actor }),
      ...(action !== undefined && { action }),
      ...(cursor !== undefined && { before_seq: cursor }),
    })
    const shown = entries.slice(0, limit)
    const next_cursor = entries.length > limit ? String(shown.at(-1)?.seq) : undefined
    response.json({ entries: shown, next_cursor })
  }
}
