import { storable } from '#src/adapters/sql/to-json.ts'

/** A value as SQLite's driver takes it. */
export function toStored(value: unknown): unknown {
  return typeof value === 'string' ? storable(value) : (value ?? null)
}
