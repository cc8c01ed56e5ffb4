import type { Policy } from './policy.ts'

/** What holds where operators say nothing: rehearse, and ask a person. */
export const defaultPolicy: Policy = {
  namespaces: { allow: [], deny: [] },
  kinds: { allow: [], deny: [] },
  dry_run: true,
  require_approval: true,
}
