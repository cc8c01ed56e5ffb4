import type { WhatIf } from '#src/domain/action.ts'

/** The three answers to "would it resolve the incident?", each with its reason. */
export const verdict = {
  yes: (because: string): WhatIf => ({ would_resolve: 'yes', because }),
  no: (because: string): WhatIf => ({ would_resolve: 'no', because }),
  unknown: (because: string): WhatIf => ({ would_resolve: 'unknown', because }),
}
