import type { ServiceTier } from '#src/domain/service-catalogue.ts'
import { Priority, priorityOf } from '#src/domain/severity.ts'
import type { Signal } from '#src/domain/signal.ts'

/** Alerts about what users see, by the usual words for it. */
const userFacing =
  /error.?rate|errors?.?budget|burn.?rate|latency|slo\b|slow.?response|\b5\d\d\b|5xx|availability|uptime|synthetic|checkout/i
const entrances: ReadonlySet<string> = new Set(['Ingress', 'Service', 'HTTPRoute', 'Gateway'])

/**
 * How urgent: from the severity (a signal without one is P3), one step up where users are hit, one up or down for the service's
 * criticality. Only a critical service reaches P1 by its criticality. What is told for information stays P5.
 */
export function signalPriority(signal: Signal, tier: ServiceTier = 'normal'): Priority {
  const severity = signal.severity ?? 'medium'
  if (severity === 'info') return 'P5'
  const told = Priority.options.indexOf(priorityOf(severity))
  const felt = told - (hitsUsers(signal) ? 1 : 0)
  return Priority.options[clamp(felt + tierStep(tier, felt))] ?? 'P3'
}

function tierStep(tier: ServiceTier, felt: number): number {
  if (tier === 'critical') return -1
  if (tier === 'high') return felt > 1 ? -1 : 0
  return tier === 'low' ? 1 : 0
}

function hitsUsers({ resource, alert, labels }: Signal): boolean {
  const told = labels?.['user_impact'] ?? labels?.['user_facing'] ?? labels?.['impact']
  if (told !== undefined) return /^(?:true|yes|high|critical|users?|customers?)$/i.test(told)
  return entrances.has(resource.kind) || (alert !== undefined && userFacing.test(alert))
}

function clamp(index: number): number {
  return Math.max(0, Math.min(Priority.options.length - 1, index))
}
