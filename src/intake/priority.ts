import type { ServiceTier } from '#src/domain/catalogue.ts'
import { Priority, type Severity, priorityOf } from '#src/domain/severity.ts'
import type { Signal } from '#src/domain/signal.ts'

/* Maps senders' terms to a severity, and a severity to a priority. */

const words: Record<Severity, string> = {
  critical: 'critical crit page p0 p1 sev0 sev1 emergency emerg alert disaster blocker outage urgent',
  high: 'high error err major p2 sev2 severe fatal panic',
  medium: 'medium warning warn average moderate p3 sev3',
  low: 'low minor p4 sev4 notice',
  info: 'info information informational none normal ok p5 sev5 debug trace',
}

const byWord = new Map(
  Object.entries(words).flatMap(([severity, names]) => names.split(' ').map((name) => [name, severity as Severity])),
)

/** The severity that a word of a monitoring system or a person stands for; undefined for an unknown word. */
export function severityOfWord(word: string | undefined): Severity | undefined {
  return word === undefined ? undefined : byWord.get(word.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
}

/** Names of alerts about what users see. */
const userFacing =
  /error.?rate|errors?.?budget|burn.?rate|latency|slo\b|slow.?response|\b5\d\d\b|5xx|availability|uptime|synthetic|checkout/i

/** Kinds through which users reach a service. */
const entryKinds: ReadonlySet<string> = new Set(['Ingress', 'Service', 'HTTPRoute', 'Gateway'])

/**
 * The priority of a signal: from its severity (P3 without one), one step up where users are affected, one up or down for the tier of the
 * service. Only a critical service reaches P1 by its tier. A signal for information stays P5.
 */
export function signalPriority(signal: Signal, tier: ServiceTier = 'normal'): Priority {
  const severity = signal.severity ?? 'medium'
  if (severity === 'info') return 'P5'
  const base = Priority.options.indexOf(priorityOf(severity))
  const withImpact = base - (affectsUsers(signal) ? 1 : 0)
  return Priority.options[clamp(withImpact + tierStep(tier, withImpact))] ?? 'P3'
}

function tierStep(tier: ServiceTier, level: number): number {
  if (tier === 'critical') return -1
  if (tier === 'high') return level > 1 ? -1 : 0
  return tier === 'low' ? 1 : 0
}

function affectsUsers({ resource, alert, labels }: Signal): boolean {
  const impact = labels?.['user_impact'] ?? labels?.['user_facing'] ?? labels?.['impact']
  if (impact !== undefined) return /^(?:true|yes|high|critical|users?|customers?)$/i.test(impact)
  return entryKinds.has(resource.kind) || (alert !== undefined && userFacing.test(alert))
}

function clamp(index: number): number {
  return Math.max(0, Math.min(Priority.options.length - 1, index))
}
