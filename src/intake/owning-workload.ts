import type { ResourceRef } from '#src/domain/resource-ref.ts'

/* Generated names: the API server draws suffixes from letters that cannot form words, and CronJobs number their Jobs by the minute. */

const letter = '[bcdfghjklmnpqrstvwxz2456789]'
const minute = '(?:2[5-9]|3\\d)\\d{6}'

type Rule = readonly [pattern: RegExp, kind: string]

const rules: Readonly<Record<string, readonly Rule[]>> = {
  Pod: [
    [new RegExp(`^(.+)-${minute}(?:-\\d{1,5})?-${letter}{5}$`), 'CronJob'],
    [new RegExp(`^(.+)-${letter}{6,10}-${letter}{5}$`), 'Deployment'],
    [new RegExp(`^(.+)-${letter}{5}$`), 'DaemonSet'],
    [/^(.+)-\d{1,5}$/, 'StatefulSet'],
  ],
  ReplicaSet: [[new RegExp(`^(.+)-${letter}{6,10}$`), 'Deployment']],
  Job: [[new RegExp(`^(.+)-${minute}$`), 'CronJob']],
  EndpointSlice: [[new RegExp(`^(.+)-${letter}{5}$`), 'Service']],
}

/**
 * The workload that owns the object, as far as its name shows, else the object itself. Pods of Jobs are named like those of
 * DaemonSets, and are taken for the latter.
 */
export function owningWorkload(resource: ResourceRef): ResourceRef {
  for (const [pattern, kind] of rules[resource.kind] ?? []) {
    const name = pattern.exec(resource.name)?.[1]
    if (name) return { ...resource, kind, name }
  }
  return resource
}
