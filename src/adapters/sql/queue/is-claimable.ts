import { type RawBuilder, sql } from 'kysely'

/** No back-off is that long: an incident that seems to wait longer was queued by a clock that went wrong. */
const longestBackOffMs = 900_000

/** Incidents that wait, are not to be left alone for a while, and whose service has nothing under way. */
export function isClaimable(now: number): RawBuilder<unknown> {
  return sql`status = 'queued' and (available_ms <= ${now} or available_ms > ${now + longestBackOffMs})
      and service not in (select service from incidents where status = 'running')`
}
