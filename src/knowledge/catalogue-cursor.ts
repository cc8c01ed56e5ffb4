import { CatalogueKind, type CatalogueKey } from '#src/domain/catalogue.ts'
import { CodedError } from '#src/domain/coded-error.ts'

/** Where a page ended, as an opaque text, and back. */
export const catalogueCursor = {
  write: ({ kind, name }: CatalogueKey): string => Buffer.from(JSON.stringify([kind, name])).toString('base64url'),
  /** Of a cursor that this service did not give out: an error that says so. */
  read(cursor: string): CatalogueKey {
    try {
      const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
      const [kind, name] = Array.isArray(place) ? (place as unknown[]) : []
      const known = CatalogueKind.safeParse(kind)
      if (known.success && typeof name === 'string') return { kind: known.data, name }
    } catch {
      // not one of ours: said below
    }
    throw new CodedError('SRE_INCIDENTS_CURSOR', 'the cursor is none that this service gave out')
  },
}
