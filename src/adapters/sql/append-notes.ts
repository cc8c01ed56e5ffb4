import { sql } from 'kysely'
import type { TimelineEntry } from '#src/domain/timeline.ts'
import type { Columns, Engine, Executor } from './engine.ts'

const columns = {
  incident_id: 'text',
  seq: 'int',
  at: 'text',
  kind: 'text',
  text: 'text',
  run_id: 'text',
  actor: 'text',
} as const
const counts: Columns = { id: 'text', added: 'int' }

/** A line of a history before it is numbered. */
export type Note = Omit<TimelineEntry, 'seq'>

/** Writes lines that are numbered already; the incident's row bears the last number. */
export async function insertNotes(
  executor: Executor,
  engine: Engine,
  entries: readonly TimelineEntry[],
): Promise<void> {
  await engine.insertRows(executor, 'timeline', entries, columns)
}

/** Numbers lines behind the last ones of their incidents, and writes them. Lines of incidents that do not exist are dropped. */
export async function appendNotes(executor: Executor, engine: Engine, notes: readonly Note[]): Promise<void> {
  if (notes.length === 0) return
  const grouped = Map.groupBy(notes, (note) => note.incident_id)
  const added = [...grouped].map(([id, list]) => ({ id, added: list.length }))
  const { rows } = await sql<{ id: string; timeline_seq: number }>`
    update incidents set timeline_seq = timeline_seq + r.added from ${engine.rowsOf(added, counts)} as r
    where incidents.id = r.id returning incidents.id as id, timeline_seq`.execute(executor)
  const entries = rows.flatMap(({ id, timeline_seq }) => {
    const list = grouped.get(id) ?? []
    return list.map((note, index) => ({ ...note, seq: timeline_seq - list.length + 1 + index }))
  })
  await insertNotes(executor, engine, entries)
}
