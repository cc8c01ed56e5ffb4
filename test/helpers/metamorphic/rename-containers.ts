import { mapKeys } from './map-keys.ts'
import { mapStrings } from './map-strings.ts'
import type { Recording, Retold } from './recording.ts'
import { visitPods } from './visit-pods.ts'

const told =
  /(\bcontainers? with [a-z ]+: \[|\bcontainers?[=:]? ?"?|\bspec\.(?:initC|c)ontainers\{)([a-z0-9-]+)(?=[\]\s"},.:)]|$)/gi

/** Every container bears another name, in specs, statuses, messages and field paths. */
export function renameContainers(recording: Recording, nameOf: (index: number) => string): Retold {
  const names = new Map<string, string>()
  const copy = structuredClone(recording)
  visitPods(copy.snapshot, (spec, status) => {
    const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]
    for (const each of [...spec.containers, ...(spec.initContainers ?? []), ...statuses]) {
      const other = names.get(each.name) ?? nameOf(names.size)
      names.set(each.name, other)
      each.name = other
    }
  })
  const map = (text: string): string =>
    text.replace(told, (all, before: string, name: string) => (names.has(name) ? `${before}${names.get(name)}` : all))
  const mapKey = (key: string): string =>
    key.replace(/__(.+?)(\.previous)?$/, (_all, name: string, end = '') => `__${names.get(name) ?? name}${end}`)
  return {
    recording: {
      name: copy.name,
      snapshot: mapStrings(copy.snapshot, map),
      logs: mapKeys(copy.logs, mapKey),
      unstarted: copy.unstarted.map(mapKey),
    },
  }
}
