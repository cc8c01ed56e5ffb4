import type { ConfigMap, Container } from '#src/domain/kubernetes/objects.ts'
import type { Facts } from '#src/logs/signatures/signature.ts'
import type { Situation } from './situation.ts'

/** Where a value of the configuration stands in the cluster. */
export type ConfigSource =
  | { kind: 'env'; name: string; value: string }
  | { kind: 'configmap'; map: ConfigMap; key: string; line?: number; text?: string }

/** The place of a bad value: a line of a ConfigMap that the container mounts or reads, or a variable of its own. */
export function configSource(situation: Situation, facts: Facts): ConfigSource | undefined {
  return fromVariables(situation, facts, true) ?? fromMounts(situation, facts) ?? fromVariables(situation, facts, false)
}

/** By name first (`byName`), else by the value alone, where only one variable holds it. */
function fromVariables(situation: Situation, facts: Facts, byName: boolean): ConfigSource | undefined {
  const { key, value, file } = facts
  if (byName && file?.startsWith('/')) return undefined
  const variables = (situation.spec.env ?? []).filter((variable) => {
    if (byName) return key !== undefined && plain(variable.name) === plain(key) && agrees(variable.value, value)
    return value !== undefined && value !== '' && variable.value === value
  })
  const [variable] = variables
  if (!variable || variables.length > 1) return fromKeyReferences(situation, facts)
  const ref = variable.valueFrom?.configMapKeyRef
  if (!ref?.name)
    return variable.valueFrom ? undefined : { kind: 'env', name: variable.name, value: variable.value ?? '' }
  const map = situation.view.get('ConfigMap', situation.namespace, ref.name)
  return map && { kind: 'configmap', map, key: ref.key }
}

/** Variables that are read from keys of ConfigMaps, one by one or all at once. */
function fromKeyReferences(situation: Situation, facts: Facts): ConfigSource | undefined {
  const { view, namespace, spec } = situation
  const single = (spec.env ?? []).flatMap((variable) => {
    const ref = variable.valueFrom?.configMapKeyRef
    return ref?.name ? [{ map: ref.name, key: ref.key, variable: variable.name }] : []
  })
  const whole = (spec.envFrom ?? []).flatMap((source) => {
    const map = source.configMapRef?.name && view.get('ConfigMap', namespace, source.configMapRef.name)
    return map ? Object.keys(map.data ?? {}).map((key) => ({ map: map.metadata.name, key, variable: key })) : []
  })
  for (const entry of [...single, ...whole]) {
    const map = view.get('ConfigMap', namespace, entry.map)
    const held = map?.data?.[entry.key]
    if (!map || held === undefined) continue
    const named = facts.key !== undefined && plain(entry.variable) === plain(facts.key) && agrees(held, facts.value)
    if (named || (facts.value && held.trim() === facts.value)) return { kind: 'configmap', map, key: entry.key }
  }
  return undefined
}

function agrees(held: string | undefined, value: string | undefined): boolean {
  return value === undefined || held === undefined || held.includes(value)
}

/** A key of a mounted ConfigMap: by the file's path where the log names it, proved by the line that holds key and value. */
function fromMounts(situation: Situation, facts: Facts): ConfigSource | undefined {
  const candidates = mountedKeys(situation.spec, situation)
  const named = candidates.filter(
    (entry) => facts.file && (entry.path === facts.file || entry.path.endsWith(`/${facts.file}`)),
  )
  for (const entry of named.length > 0 ? named : candidates) {
    const found = lineOf(entry.map.data?.[entry.key] ?? '', facts)
    if (found) return { kind: 'configmap', map: entry.map, key: entry.key, ...found }
  }
  const [only] = named
  return (
    only && { kind: 'configmap', map: only.map, key: only.key, ...(facts.line ? { line: Number(facts.line) } : {}) }
  )
}

function mountedKeys(
  spec: Container,
  { pod, view, namespace }: Situation,
): { path: string; map: ConfigMap; key: string }[] {
  return (spec.volumeMounts ?? []).flatMap((mount) => {
    const volume = pod.spec.volumes?.find((entry) => entry.name === mount.name)
    const sources = [volume?.configMap, ...(volume?.projected?.sources ?? []).map((source) => source.configMap)]
    return sources.flatMap((source) => {
      const map = source?.name ? view.get('ConfigMap', namespace, source.name) : undefined
      if (!map) return []
      const items = source?.items ?? Object.keys(map.data ?? {}).map((key) => ({ key, path: key }))
      return items
        .filter((item) => !mount.subPath || mount.subPath === item.path)
        .map((item) => ({
          path: mount.subPath ? mount.mountPath : `${mount.mountPath}/${item.path}`,
          map,
          key: item.key,
        }))
    })
  })
}

/** The line that holds the key or the value; the log's own line number decides where several do. */
function lineOf(text: string, facts: Facts): { line: number; text: string } | undefined {
  const lines = text.split('\n')
  const stated = facts.line ? lines[Number(facts.line) - 1] : undefined
  if (stated !== undefined && stated.trim() !== '' && holds(stated, facts))
    return { line: Number(facts.line), text: stated.trim() }
  if (!facts.key && !facts.value) return undefined
  const index = lines.findIndex((line) => holds(line, facts))
  return index < 0 ? undefined : { line: index + 1, text: (lines[index] ?? '').trim() }
}

function holds(line: string, { key, value }: Facts): boolean {
  const leaf = key?.split('.').at(-1) ?? ''
  const names = !key || line.includes(key) || (leaf.length > 2 && line.includes(leaf))
  return names && (!value || line.includes(value))
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}
