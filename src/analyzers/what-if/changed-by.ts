import type { Remedy } from '../../domain/action.ts'

/** A remedy of one kind, with its own params. */
export type ChangedBy<Kind extends Remedy['kind']> = Extract<Remedy, { kind: Kind }>
