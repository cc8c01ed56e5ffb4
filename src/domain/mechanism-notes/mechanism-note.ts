import type { ActionKind } from '#src/domain/action.ts'
import type { MechanismName } from '#src/domain/mechanism.ts'

/** What a person on call may want to know of a mechanism. Texts may hold markdown code spans. */
export interface MechanismNote {
  /** When it is said, in a sentence or two; one that no rule says yet begins with `Not detected yet`. */
  detected: string
  /** The fields, events and log wording that it is read from. A field begins with a dot, or with its kind. */
  from: readonly string[]
  /** Kinds of action in the usual order; which of them appear depends on what the picture proves. */
  suggests: readonly ActionKind[]
  /** What the rule cannot see or may get wrong. */
  limits?: string
}

/** The notes of one category. */
export type MechanismNotes = Partial<Record<MechanismName, MechanismNote>>
