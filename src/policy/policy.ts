import type { ActionKind } from '#src/domain/action.ts'

/** What operators decide about changes. The hard deny list in code always takes precedence. */
export interface Policy {
  /** The namespace in which this service runs: never changed by it. */
  own_namespace?: string
  /** `allow` empty: every namespace that is not denied. */
  namespaces: { allow: readonly string[]; deny: readonly string[] }
  /** `allow` empty: every kind that is not denied. */
  kinds: { allow: readonly ActionKind[]; deny: readonly ActionKind[] }
  /** On: nothing is carried out, an approval only releases a rehearsal. */
  dry_run: boolean
  /** On: a person approves every change. */
  require_approval: boolean
}

/** What holds where operators say nothing: rehearse, and ask a person. */
export const defaultPolicy: Policy = {
  namespaces: { allow: [], deny: [] },
  kinds: { allow: [], deny: [] },
  dry_run: true,
  require_approval: true,
}
