import type { Remedy } from '#src/domain/action.ts'

/** A remedy of one kind, with its own params. */
export type ChangedBy<Kind extends Remedy['kind']> = Extract<Remedy, { kind: Kind }>
