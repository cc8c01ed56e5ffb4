import { CodedError } from '#src/domain/coded-error.ts'

/** Where a page ended, as an opaque text: numbers and texts that the rows are sorted by. */
export function toCursor(place: readonly (string | number)[]): string {
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
