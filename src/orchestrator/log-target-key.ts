import type { LogTarget } from '#agents/select-log-targets.ts'

/** One string per container whose log is read. */
export function logTargetKey({ namespace, pod, container }: LogTarget): string {
  return `${namespace}/${pod}/${container}`
}
