import type { Page } from '#src/domain/page.ts'
import { CodedError } from '#src/domain/coded-error.ts'

/** Where a page ended, as an opaque text: numbers and texts that the rows are sorted by. */
function toCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The place of a cursor; of one that this service did not give out: an error that says so. */
export function fromCursor(cursor: string): { ms: number; id: string } {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const [ms, id] = Array.isArray(place) ? (place as unknown[]) : []
    if (typeof ms === 'number' && Number.isSafeInteger(ms) && typeof id === 'string') return { ms, id }
  } catch {
    // not one of ours: said below
  }
  throw new CodedError('SRE_INCIDENTS_CURSOR', 'the cursor is none that this service gave out')
}

/** A page of rows of which one more than `limit` was asked for. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { item, place }: { item: (row: Row) => Item; place: (row: Row) => [number, string] },
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const items = shown.map((row) => item(row))
  return rows.length > limit && last !== undefined ? { items, next_cursor: toCursor(place(last)) } : { items }
}
