import { formatDuration } from '#src/rules/kit/format-duration.ts'
import type { RecentChange } from './recent-changes.ts'

/** `kubectl-edit changed data[app.yaml] of ConfigMap settings at 10:47:44 UTC, 4m before`; where it is not proved to be that field, `wrote`. */
export function describeRecentChange({ object, manager, time, age, paths, proven }: RecentChange): string {
  const { kind, metadata } = object
  const [first = '', second] = paths
  const more = paths.length > 2 ? ` and ${paths.length - 1} more fields` : second ? ` and ${second}` : ''
  const verb = proven || paths.length === 1 ? 'changed' : 'last wrote'
  return `${manager} ${verb} ${first}${more} of ${kind} ${metadata.name} at ${time.slice(11, 19)} UTC, ${formatDuration(age)} before this picture`
}
