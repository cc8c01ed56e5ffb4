import type { Signal } from '#src/domain/signal.ts'
import { alertClasses } from './alert-classes.ts'
import { messageClasses, reasonClasses } from './reason-classes.ts'

const classOfReason = new Map(
  Object.entries(reasonClasses).flatMap(([problem, reasons]) => reasons.split(' ').map((reason) => [reason, problem])),
)
/** Signals in people's own words. */
const asked: ReadonlySet<Signal['source']> = new Set(['question', 'slack', 'manual'])

/** The class of a reason that Kubernetes is known to give for trouble; undefined for all others. */
export function classOfKnownReason(reason: string, message = ''): string | undefined {
  const told = messageClasses.find(({ reasons, pattern }) => reasons.includes(reason) && pattern.test(message))
  return told?.problem ?? classOfReason.get(reason)
}

/**
 * What kind of trouble a signal tells of: from its reason (and the message, where the reason is told of several kinds), else from the
 * name of its alert. An alert that is in no table is a kind of its own, an unknown reason likewise. Text never makes a kind.
 */
export function problemClass(signal: Signal): string {
  const { reason, message, alert, source } = signal
  if (source === 'github' && signal.severity === 'info') return 'change'
  const known = reason && classOfKnownReason(reason, message)
  if (known) return known
  if (alert) return classOfAlert(signal, alert)
  if (reason) return `reason:${reason}`
  if (source === 'log') return 'log'
  return asked.has(source) ? 'question' : 'unspecified'
}

function classOfAlert({ resource }: Signal, alert: string): string {
  const plain = alert.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '')
  const known = alertClasses.find(([pattern]) => pattern.test(plain))?.[1]
  return known ?? `alert:${ruleName(alert, resource.name)}`
}

/** Without what a template put into it: a status in front, the object's own name. */
function ruleName(alert: string, object: string): string {
  const bare = alert.replace(/^(?:\s*\[[^\]]{0,200}\])+/, '').trim() || alert
  return bare.replaceAll(object, '*').toLowerCase().replaceAll(/\s+/g, ' ').slice(0, 120)
}
