import type { Remedy } from '#src/domain/action.ts'
import { refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ConfigMap } from '#src/domain/kubernetes/cluster.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { selectsWorkload } from '#src/rules/kit/network.ts'
import { escalate, instruct, patchConfigMap, setCommand, setEnv } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, quote, subjectOf } from './draft.ts'
import { closestService } from './hosts.ts'
import type { Situation } from './situation.ts'

interface MissingName {
  name: string
  namespace: string
  proven: boolean
  host: string
  port?: string | undefined
  /** The pod, where the name is that of a StatefulSet's pod: then its governing Service is missing. */
  pod?: string
}

/** A name of the cluster without a Service: the name is wrong, or the Service has to be created. */
export function missingHost(situation: Situation, match: SignatureMatch, missing: MissingName): FindingDraft {
  const { name, namespace, proven, host, port } = missing
  const wrong = wrongHost(situation, host, name)
  const isWait = match.signature.family === 'waiting' || situation.trouble === 'waiting'
  const isName = !isWait && match.signature.family === 'unresolved_name' && !missing.pod
  const governs = missing.pod ? ` (its serviceName)` : ''
  const absent = `no Service ${name} ${proven ? 'exists' : 'was seen'} in namespace ${namespace}${governs}`
  const meant =
    wrong.suggested && !missing.pod
      ? `; Service ${wrong.suggested.metadata.name} exists in ${wrong.suggested.metadata.namespace}`
      : ''
  const from = wrong.from ? ` (${wrong.from})` : ''
  const subject = capitalize(subjectOf(situation))
  const excerpt = quote(match.excerpt, 110)
  const address = `${host}${port ? `:${port}` : ''}${from}`
  const statement = isName
    ? `${subject} cannot resolve ${host}${from}, ${noSuchHost(match.record.text)}: ${absent}${meant}`
    : `${subject} ${isWait ? 'waits for' : 'cannot reach'} ${address} and ${absent}${meant}: ${excerpt}`
  return buildDraft(situation, {
    mechanism: isName ? 'dns_name_unresolved' : 'service_missing',
    record: match.record,
    statement,
    confidence: proven ? 0.92 : 0.75,
    confidence_reason: proven
      ? 'the log names the host, and the snapshot proves that no Service has this name'
      : `the log names the host; the Services of namespace ${namespace} were not seen`,
    evidence: wrong.evidence,
    remedies: [...wrong.remedies, ...(wrong.remedies.length > 0 ? [] : provide(situation, missing, wrong, !isName))],
  })
}

/** The template shows nothing to correct: the Service has to be created, or the owners have to find the right name. */
function provide(situation: Situation, missing: MissingName, wrong: WrongHost, isExpected: boolean): Remedy[] {
  const { name, namespace, host, port } = missing
  if (missing.pod) return [governing(situation, missing)]
  const { kind, name: workload } = situation.workload
  const reason = `no Service has the name ${host}`
  const meant = wrong.suggested
    ? `call ${wrong.suggested.metadata.name} of namespace ${wrong.suggested.metadata.namespace} instead of ${host}`
    : `deploy ${name}, or name the right host instead of ${host}`
  const ask = escalate(situation.view, situation.workload, meant, reason)
  if (wrong.suggested) return [ask]
  const create = instruct(
    { kind: 'Service', namespace, name },
    'create_service',
    `Create Service ${name} in namespace ${namespace}${port ? ` with port ${port}` : ''} (and the workload behind it), or give ${kind} ${workload} the right name.`,
    { reason },
  )
  return isExpected ? [create, ask] : [ask, create]
}

/** Only the headless Service in `serviceName` gives the pods of a StatefulSet their DNS names. */
function governing({ workload }: Situation, { name, namespace, host }: MissingName): Remedy {
  return instruct(
    { kind: 'Service', namespace, name },
    'create_service',
    `Create the headless Service ${name} (clusterIP: None) in namespace ${namespace} that selects the pods of ${workload.kind} ${workload.name} (serviceName): it gives them their DNS names.`,
    { reason: `no Service has the name ${host}` },
  )
}

/** The message of the resolver. */
function noSuchHost(text: string): string {
  if (/no such host/i.test(text)) return '"no such host"'
  const message =
    /server misbehaving|ENOTFOUND|EAI_AGAIN|Name or service not known|Name does not resolve|Temporary failure in name resolution|UnknownHostException|could not translate host name|host not found in upstream|Could not resolve host|bad address|NXDOMAIN|nodename nor servname|Unknown MySQL server host|No address associated|failed to lookup address/i.exec(
      text,
    )
  return message ? `no such host ("${message[0]}")` : 'no such host'
}

/** Where a wrong host is configured, what was meant, and how to correct it. */
interface WrongHost {
  /** `env DB_HOST=parcels-db.prod`, for a statement; empty where the source is not known. */
  from: string
  suggested?: Service
  evidence: EvidenceDraft[]
  remedies: Remedy[]
}

/** The place that configures a host. */
type HostSource =
  | { kind: 'env'; name: string; value: string }
  | { kind: 'configmap'; map: ConfigMap; key: string; value: string }
  | { kind: 'command'; field: 'args' | 'command'; list: string[] }

/** Finds where a host without a Service is configured. */
function wrongHost(situation: Situation, host: string, name: string): WrongHost {
  const source = hostSource(situation, host)
  const { view, workload } = situation
  // The Service of the caller's own pods cannot have been meant.
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
  const { workload, spec } = situation
  const container = spec.name
  if (source.kind === 'env')
    return setEnv(workload, { container, name: source.name, value: replace(source.value) }, { reason })
  if (source.kind === 'configmap') {
    const isPlain = source.value.trim() === host || !source.value.includes('\n')
    if (isPlain)
      return patchConfigMap(
        refOf(source.map),
        { key: source.key, set: { [source.key]: replace(source.value) } },
        { reason },
      )
    const ask = `the property of ${source.key} that names ${host}; it should name ${right}`
    return patchConfigMap(refOf(source.map), { key: source.key }, { reason, needs: [{ param: 'set', ask }] })
  }
  return setCommand(workload, { container, [source.field]: source.list.map(replace) }, { reason })
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

/** The variable, the ConfigMap (read or mounted) or the command line that names a host. */
function hostSource(situation: Situation, host: string): HostSource | undefined {
  const pattern = new RegExp(`(?<![\\w.-])${RegExp.escape(host)}(?![\\w-]|\\.\\w)`, 'i')
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
