import { sql } from 'kysely'
import type {
  Claim,
  ClaimRequest,
  Lease,
  QueueStore,
  RunEnd,
  SweepRequest,
  Swept,
  TimelineNote,
} from '#src/incidents/queue-store.ts'
import { appendNotes } from '#src/adapters/sql/append-notes.ts'
import { type Access, transact } from '#src/adapters/sql/transact.ts'
import { claimNext } from './claim-next.ts'
import { finishRun } from './finish-run.ts'
import { mayClaim } from './may-claim.ts'
import { sweepQueue } from './sweep-queue.ts'

/** The queue in the incidents table. `attempt` fences: whoever lost a claim writes nothing. */
export class SqlQueueStore implements QueueStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  async claim(request: ClaimRequest): Promise<Claim | undefined> {
    const { database, engine } = this.#access
    if (engine.has_one_writer && !(await mayClaim(database, request))) return undefined
    return transact(this.#access, 'claim', (transaction) => claimNext(transaction, engine, request))
  }

  renew(claim: Claim, lease_until: number): Promise<boolean> {
    return transact(this.#access, undefined, async (transaction) => {
      const { rows } = await sql`update incidents set lease_until = ${lease_until}
      where id = ${claim.incident.id} and status = 'running' and attempt = ${claim.attempt} returning id`.execute(
        transaction,
      )
      return rows.length > 0
    })
  }

  /** Merges and wakes touch more than one incident: it waits for those who admit. */
  finish(claim: Claim, end: RunEnd, now: number): Promise<boolean> {
    const { engine } = this.#access
    return transact(this.#access, 'admission', (transaction) => finishRun(transaction, engine, { claim, end, now }))
  }

  async note(claim: Claim, notes: readonly TimelineNote[]): Promise<void> {
    const { database, engine } = this.#access
    const { id } = claim.incident
    await engine.transactUnforced(database, async (transaction) => {
      const { rows } = await sql`select i.id from incidents i
        where i.id = ${id} and i.status = 'running' and i.attempt = ${claim.attempt} ${engine.for_update}`.execute(
        transaction,
      )
      if (rows.length > 0)
        await appendNotes(
          transaction,
          engine,
          notes.map((note) => ({ ...note, incident_id: id })),
        )
    })
  }

  async leases(): Promise<Lease[]> {
    const { rows } = await sql<Lease>`select id as incident_id, attempt, lease_until from incidents
      where status = 'running'`.execute(this.#access.database)
    return rows
  }

  sweep(request: SweepRequest): Promise<Swept> {
    const { engine } = this.#access
    return transact(this.#access, 'admission', (transaction) => sweepQueue(transaction, engine, request))
  }
}
