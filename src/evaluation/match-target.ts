import { isClusterScoped } from '#src/domain/kubernetes/kinds.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { isPlaceholder } from './match-value.ts'
import { hasWord } from './words.ts'

/** A verdict's target in its parts. `names` has more than one where the verdict says "a or b". */
export interface TargetPattern {
  kind: string
  namespace?: string
  names: string[]
}

/** Reads `Kind/namespace/name`, `Kind/name` or `*`; a remark in brackets at the end is none of the name. */
export function parseTarget(text: string): TargetPattern {
  const parts = text.replace(/\s*\([^()]*\)$/, '').split('/')
  if (parts.length === 1) return { kind: '*', names: [parts[0] ?? '*'] }
  const [kind = '*', ...rest] = parts
  const names = (rest.at(-1) ?? '*').split(' or ')
  return rest.length === 1 ? { kind, names } : { kind, namespace: rest[0], names }
}

function matchesGlob(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')
  return new RegExp(`^${escaped}$`).test(text)
}

/** True where the pattern names any object of its kind. */
export function isOpen(pattern: TargetPattern): boolean {
  return pattern.names.some((name) => name === '*' || isPlaceholder(name))
}

/** True where the object is the one that the pattern means. */
export function matchesTarget(pattern: TargetPattern, target: ResourceRef): boolean {
  if (pattern.kind !== '*' && !matchesGlob(pattern.kind, target.kind)) return false
  const anyNamespace = pattern.namespace === undefined || isClusterScoped(target.kind)
  if (!anyNamespace && !matchesGlob(pattern.namespace ?? '*', target.namespace ?? '')) return false
  return isOpen(pattern) || pattern.names.some((name) => matchesGlob(name, target.name))
}

/** As `matchesTarget`; an action on a workload that a verdict forbids on its pods counts as well. */
export function touchesTarget(pattern: TargetPattern, target: ResourceRef): boolean {
  if (matchesTarget(pattern, target)) return true
  if (pattern.kind !== 'Pod' || target.kind === 'Pod') return false
  return matchesTarget(pattern, { ...target, kind: 'Pod', name: `${target.name}-0` })
}

/** True where a text names the target: one of its names as a whole word, the beginning of it where it ends in `*`. */
export function textNamesTarget(pattern: TargetPattern, text: string): boolean {
  return isOpen(pattern) || pattern.names.some((name) => hasWord(text, name.replace(/[-*]+$/, '')))
}
