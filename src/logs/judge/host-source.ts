import type { ConfigMap } from '#src/domain/kubernetes/objects.ts'
import type { Situation } from './situation.ts'

/** Where a host that a program calls is written down. */
export type HostSource =
  | { kind: 'env'; name: string; value: string }
  | { kind: 'configmap'; map: ConfigMap; key: string; value: string }
  | { kind: 'command'; field: 'args' | 'command'; list: string[] }

/** The place that names a host: a variable, a ConfigMap that is read or mounted, or the command line. */
export function hostSource(situation: Situation, host: string): HostSource | undefined {
  const pattern = new RegExp(`(?<![\\w.-])${host.replaceAll(/[^\w]/g, '\\$&')}(?![\\w-]|\\.\\w)`, 'i')
  return inVariables(situation, pattern) ?? inCommand(situation, pattern) ?? inMounts(situation, pattern)
}

function inVariables({ spec, view, namespace }: Situation, pattern: RegExp): HostSource | undefined {
  for (const variable of spec.env ?? []) {
    if (variable.value && pattern.test(variable.value))
      return { kind: 'env', name: variable.name, value: variable.value }
    const ref = variable.valueFrom?.configMapKeyRef
    const map = ref?.name ? view.get('ConfigMap', namespace, ref.name) : undefined
    const value = ref && map?.data?.[ref.key]
    if (ref && map && value && pattern.test(value)) return { kind: 'configmap', map, key: ref.key, value }
  }
  for (const source of spec.envFrom ?? []) {
    const map = source.configMapRef?.name ? view.get('ConfigMap', namespace, source.configMapRef.name) : undefined
    for (const [key, value] of Object.entries(map?.data ?? {}))
      if (map && pattern.test(value)) return { kind: 'configmap', map, key, value }
  }
  return undefined
}

function inCommand({ spec }: Situation, pattern: RegExp): HostSource | undefined {
  for (const field of ['args', 'command'] as const) {
    const list = spec[field] ?? []
    if (list.some((word) => pattern.test(word))) return { kind: 'command', field, list }
  }
  return undefined
}

function inMounts({ spec, pod, view, namespace }: Situation, pattern: RegExp): HostSource | undefined {
  for (const mount of spec.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((entry) => entry.name === mount.name)
    const map = volume?.configMap?.name ? view.get('ConfigMap', namespace, volume.configMap.name) : undefined
    for (const [key, value] of Object.entries(map?.data ?? {}))
      if (map && pattern.test(value)) return { kind: 'configmap', map, key, value }
  }
  return undefined
}
