import type { Page } from '#src/domain/page.ts'
import { toCursor } from './cursor.ts'

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
