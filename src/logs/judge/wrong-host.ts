import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { Remedy } from '#src/domain/action.ts'
import { refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { Service, ConfigMap } from '#src/domain/kubernetes/objects.ts'
import { selectsWorkload } from '#src/rules/kit/network.ts'
import { closestService } from './closest-service.ts'
import { remedies } from './remedies.ts'
import type { Situation } from './situation.ts'

/** Where a wrong host comes from, what was meant, and how to put it right. */
export interface WrongHost {
  /** `env DB_HOST=parcels-db.prod`, for a statement; empty where the source is not known. */
  from: string
  suggested?: Service
  evidence: EvidenceDraft[]
  remedies: Remedy[]
}

/** Where a host that a program calls is written down. */
type HostSource =
  | { kind: 'env'; name: string; value: string }
  | { kind: 'configmap'; map: ConfigMap; key: string; value: string }
  | { kind: 'command'; field: 'args' | 'command'; list: string[] }

/** Traces a host that stands for nothing back to where it is written. */
export function wrongHost(situation: Situation, host: string, name: string): WrongHost {
  const source = hostSource(situation, host)
  const { view, workload } = situation
  // A Service in front of the caller's own pods was not meant.
  const suggested = closestService(name, situation, (service) => !selectsWorkload(view, service, workload))
  const right = suggested && nameFor(suggested, situation.namespace)
  const reason = right ? `${host} does not exist; Service ${right} does` : `${host} does not exist in the cluster`
  return {
    from: source ? describe(source) : '',
    ...(suggested ? { suggested } : {}),
    evidence: evidenceFor(situation, source, suggested),
    remedies: source && right ? [correct(situation, source, { host, right, reason })] : [],
  }
}

function nameFor(service: Service, namespace: string): string {
  const { name, namespace: home } = service.metadata
  return home === namespace ? name : `${name}.${home}`
}

function describe(source: HostSource): string {
  if (source.kind === 'env') return `env ${source.name}=${withoutCredentials(source.value)}`
  if (source.kind === 'configmap') return `key ${source.key} of ConfigMap ${source.map.metadata.name}`
  return `its ${source.field}`
}

function withoutCredentials(value: string): string {
  return value.replace(/\/\/[^@/\s]*@/, '//…@').slice(0, 80)
}

function correct(
  situation: Situation,
  source: HostSource,
  change: { host: string; right: string; reason: string },
): Remedy {
  const { host, right, reason } = change
  const replace = (text: string): string => text.replaceAll(host, right)
  if (source.kind === 'env') return remedies.setEnv(situation, source.name, reason, { value: replace(source.value) })
  if (source.kind === 'configmap') {
    const isPlain = source.value.trim() === host || !source.value.includes('\n')
    return {
      kind: 'patch_configmap',
      target: refOf(source.map),
      params: isPlain ? { key: source.key, set: { [source.key]: replace(source.value) } } : { key: source.key },
      ...(isPlain
        ? {}
        : {
            needs: [{ param: 'set', ask: `the property of ${source.key} that names ${host}; it should name ${right}` }],
          }),
      reason,
      risk: 'medium',
      reversible: true,
    }
  }
  return {
    kind: 'set_command',
    target: situation.workload,
    params: { container: situation.spec.name, [source.field]: source.list.map(replace) },
    reason,
    risk: 'low',
    reversible: true,
  }
}

function evidenceFor(
  situation: Situation,
  source: HostSource | undefined,
  suggested: Service | undefined,
): EvidenceDraft[] {
  const { view, pod, spec } = situation
  const evidence: EvidenceDraft[] = []
  if (source?.kind === 'env')
    evidence.push(
      objectEvidence(
        view.snapshot,
        pod,
        `.spec.containers[?(@.name=="${spec.name}")].env[?(@.name=="${source.name}")].value`,
        `Pod ${pod.metadata.name} sets ${source.name}=${withoutCredentials(source.value)}`,
        'workload_text',
      ),
    )
  if (source?.kind === 'configmap')
    evidence.push(
      objectEvidence(
        view.snapshot,
        source.map,
        `.data['${source.key}']`,
        `ConfigMap ${source.map.metadata.name} names the host in key ${source.key}`,
        'workload_text',
      ),
    )
  if (suggested)
    evidence.push(
      objectEvidence(
        view.snapshot,
        suggested,
        '.metadata.name',
        `Service ${suggested.metadata.name} exists in namespace ${suggested.metadata.namespace}`,
      ),
    )
  return evidence
}

/** The place that names a host: a variable, a ConfigMap that is read or mounted, or the command line. */
function hostSource(situation: Situation, host: string): HostSource | undefined {
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
