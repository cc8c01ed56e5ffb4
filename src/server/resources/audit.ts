import { z } from 'zod'
import { AuditEntry } from '#src/domain/audit.ts'
import { name, wholeNumber } from '#src/server/input-fields.ts'
import { type Resource, route } from '#src/server/route.ts'

const AuditPage = z.object({ entries: z.array(AuditEntry), next_cursor: z.string().optional() })

/** The cursor is a `seq`. */
const ListQuery = z.strictObject(
  {
    actor: name().optional(),
    action: name().optional(),
    cursor: wholeNumber(1, 2_147_483_647).optional(),
    limit: wholeNumber(1, 500).default(100),
  },
  { error: 'actor, action, cursor, limit' },
)

/** The audit log. */
export const audit: Resource = {
  tag: 'audit',
  routes: [
    route({
      method: 'get',
      path: '/api/audit',
      id: 'listAudit',
      summary: 'Who did what, newest first',
      right: 'audit',
      query: ListQuery,
      answers: { 200: { description: 'A page', json: AuditPage } },
      async handle({ query: { actor, action, cursor, limit } }, { audit: port }) {
        const entries = await port.list({
          limit: limit + 1,
          ...(actor !== undefined && { actor }),
          ...(action !== undefined && { action }),
          ...(cursor !== undefined && { before_seq: cursor }),
        })
        const shown = entries.slice(0, limit)
        const next_cursor = entries.length > limit ? String(shown.at(-1)?.seq) : undefined
        return { json: { entries: shown, next_cursor } }
      },
    }),
  ],
}
