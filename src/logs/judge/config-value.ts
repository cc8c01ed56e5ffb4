import { refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ConfigMap } from '#src/domain/kubernetes/cluster.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import type { Facts, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { escalate, patchConfigMap, setEnv } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, quote, subjectOf, subjectWithImage } from './draft.ts'
import { isSameSetting } from './setting.ts'
import { backToGoodRevision, type Situation } from './situation.ts'

const secretName = /PASS(?:WORD|WD)?|SECRET|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|DSN/i

/** The place of a configuration value in the cluster. */
type ConfigSource =
  | { kind: 'env'; name: string; value: string }
  | { kind: 'configmap'; map: ConfigMap; key: string; line?: number; text?: string }

/** A value that the program cannot read: its place in the cluster is what has to be changed. */
export function judgeConfigValue(situation: Situation, match: SignatureMatch): FindingDraft {
  const source = configSource(situation, match.facts)
  if (source?.kind === 'configmap') return inConfigMap(situation, match, source)
  if (source?.kind === 'env') return inVariable(situation, match, source)
  const reason = 'the program cannot read its configuration'
  return buildDraft(situation, {
    mechanism: 'bad_config_value',
    record: match.record,
    statement: `${subjectWithImage(situation)} cannot read a configuration value${configNamed(match.facts)}: ${quote(match.excerpt, 170)}`,
    confidence: match.facts.key || match.facts.value ? 0.75 : 0.6,
    confidence_reason: 'the log reports a bad value, but its place in the cluster is not known',
    remedies: [
      ...backToGoodRevision(situation),
      escalate(
        situation.view,
        situation.workload,
        `correct the configuration${configNamed(match.facts)}: ${quote(match.excerpt)}`,
        reason,
      ),
    ],
  })
}

function inConfigMap(
  situation: Situation,
  match: SignatureMatch,
  source: Extract<ConfigSource, { kind: 'configmap' }>,
): FindingDraft {
  const { map, key, line, text } = source
  const { key: property, value } = match.facts
  const name = map.metadata.name
  const sets =
    property && value && property !== value
      ? `sets ${property}=${value}`
      : text
        ? `contains "${text.slice(0, 60)}"`
        : 'has a bad value'
  const resource = refOf(map)
  const ask = `a valid value for ${property ?? key} in key ${key} of ConfigMap ${name}`
  const remedy = patchConfigMap(
    resource,
    { key },
    {
      reason: `${property ?? key} in ConfigMap ${name} cannot be read`,
      needs: [{ param: `set.${property ?? key}`, ask }],
    },
  )
  return buildDraft(situation, {
    mechanism: 'bad_config_value',
    resource,
    record: match.record,
    statement: `ConfigMap ${name} ${sets} in ${key}${line ? ` (line ${line})` : ''}, which ${subjectOf(situation)} cannot read: ${quote(match.excerpt, 140)}`,
    confidence: text ? 0.95 : 0.8,
    confidence_reason: text
      ? 'the log names the value and the ConfigMap contains it'
      : 'the log names the file, which the ConfigMap provides',
    evidence: [
      objectEvidence(
        situation.view.snapshot,
        map,
        `.data['${key}']`,
        `ConfigMap ${name}, key ${key}${line ? `, line ${line}` : ''}${text ? `: ${text.slice(0, 120)}` : ''}`,
        'workload_text',
      ),
    ],
    remedies: [remedy],
  })
}

function inVariable(
  situation: Situation,
  match: SignatureMatch,
  source: Extract<ConfigSource, { kind: 'env' }>,
): FindingDraft {
  const { key } = match.facts
  const isSecret = secretName.test(source.name)
  const value = isSecret ? '…' : (match.facts.value ?? source.value)
  const excerpt = isSecret && source.value ? match.excerpt.replaceAll(source.value, '…') : match.excerpt
  const about = key && key !== source.name ? ` (read as ${key})` : ''
  const reason = `${source.name} has a value that cannot be read`
  return buildDraft(situation, {
    mechanism: 'bad_config_value',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} exits because its environment variable ${source.name}${about} is "${value}": ${quote(excerpt, 130)}`,
    confidence: 0.95,
    confidence_reason: 'the log names the value and the variable has it',
    evidence: [
      objectEvidence(
        situation.view.snapshot,
        situation.pod,
        `.spec.containers[?(@.name=="${situation.spec.name}")].env[?(@.name=="${source.name}")].value`,
        `Pod ${situation.pod.metadata.name} sets ${source.name}=${isSecret ? '…' : source.value} in container ${situation.spec.name}`,
        'workload_text',
      ),
    ],
    remedies: [
      setEnv(
        situation.workload,
        { container: situation.spec.name, name: source.name },
        {
          reason,
          needs: [
            { param: 'value', ask: `a valid value for ${source.name}${about}, now "${isSecret ? '…' : source.value}"` },
          ],
        },
      ),
      ...backToGoodRevision(situation),
    ],
  })
}

function configNamed({ file, line, key, value }: Facts): string {
  const parts = [key, value === undefined ? undefined : `"${value}"`, file && (line ? `${file} line ${line}` : file)]
  const text = parts.filter((part) => part !== undefined && part !== '').join(', ')
  return text === '' ? '' : ` (${text})`
}

/** The place of a bad value: a line of a ConfigMap that the container mounts or reads, or a variable of its own. */
function configSource(situation: Situation, facts: Facts): ConfigSource | undefined {
  return fromVariables(situation, facts, true) ?? fromMounts(situation, facts) ?? fromVariables(situation, facts, false)
}

/** By the name of the variable (`byName`), or by the value alone where only one variable has it. */
function fromVariables(situation: Situation, facts: Facts, byName: boolean): ConfigSource | undefined {
  const { key, value, file } = facts
  if (byName && file?.startsWith('/')) return undefined
  const variables = (situation.spec.env ?? []).filter((variable) => {
    if (byName) return key !== undefined && isSameSetting(variable.name, key) && mayHaveValue(variable.value, value)
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
    const content = map?.data?.[entry.key]
    if (!map || content === undefined) continue
    const named =
      facts.key !== undefined && isSameSetting(entry.variable, facts.key) && mayHaveValue(content, facts.value)
    if (named || (facts.value && content.trim() === facts.value)) return { kind: 'configmap', map, key: entry.key }
  }
  return undefined
}

function mayHaveValue(content: string | undefined, value: string | undefined): boolean {
  return value === undefined || content === undefined || content.includes(value)
}

/** A key of a mounted ConfigMap: the file that the log names, else the one with a line that has the key and the value. */
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

/** The line with the key or the value; of several lines the one whose number the log states. */
function lineOf(text: string, facts: Facts): { line: number; text: string } | undefined {
  const lines = text.split('\n')
  const stated = facts.line ? lines[Number(facts.line) - 1] : undefined
  if (stated !== undefined && stated.trim() !== '' && mentions(stated, facts))
    return { line: Number(facts.line), text: stated.trim() }
  if (!facts.key && !facts.value) return undefined
  const index = lines.findIndex((line) => mentions(line, facts))
  return index < 0 ? undefined : { line: index + 1, text: (lines[index] ?? '').trim() }
}

function mentions(line: string, { key, value }: Facts): boolean {
  const leaf = key?.split('.').at(-1) ?? ''
  const names = !key || line.includes(key) || (leaf.length > 2 && line.includes(leaf))
  return names && (!value || line.includes(value))
}
