import { z } from 'zod'

/** How much a user is affected now. `critical`: an outage; `high`: part of the service is gone; `info`: no user is affected. */
export const Severity = z.enum(['critical', 'high', 'medium', 'low', 'info'])
export type Severity = z.infer<typeof Severity>

/** The paging scale of the decision, P1 (wake somebody) to P5 (look some day). */
export const Priority = z.enum(['P1', 'P2', 'P3', 'P4', 'P5'])
export type Priority = z.infer<typeof Priority>

const priorities: Record<Severity, Priority> = { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4', info: 'P5' }

/** The paging level of a severity. */
export function priorityOf(severity: Severity): Priority {
  return priorities[severity]
}

/** Negative where `left` is the more severe. */
export function compareSeverity(left: Severity, right: Severity): number {
  return Severity.options.indexOf(left) - Severity.options.indexOf(right)
}
