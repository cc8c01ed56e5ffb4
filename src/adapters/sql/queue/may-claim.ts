import { sql } from 'kysely'
import type { ClaimRequest } from '#src/incidents/queue-store.ts'
import type { Executor } from '#src/adapters/sql/engine.ts'
import { isClaimable } from './is-claimable.ts'

/**
 * Whether a claim is worth the file's one write lock: each worker asks several times a second and after each run, and most of
 * the time there is nothing. What comes after this look is found by the next.
 */
export async function mayClaim(executor: Executor, { now, limit }: ClaimRequest): Promise<boolean> {
  const { rows } = await sql`select 1 as found where exists (select 1 from incidents where ${isClaimable(now)})
    and (select count(*) from incidents where status = 'running') < ${limit}`.execute(executor)
  return rows.length > 0
}
