import type { FindingDraft } from '#src/domain/finding.ts'
import type { Remedy } from '#src/domain/action.ts'
import { refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { Facts, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { buildDraft } from './build-draft.ts'
import { configSource, type ConfigSource } from './config-source.ts'
import { remedies } from './remedies.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

const secretName = /PASS(?:WORD|WD)?|SECRET|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|DSN/i

/** A value that the program cannot read: where it stands is what has to be changed. */
export function judgeConfigValue(situation: Situation, match: SignatureMatch): FindingDraft {
  const source = configSource(situation, match.facts)
  if (source?.kind === 'configmap') return inConfigMap(situation, match, source)
  if (source?.kind === 'env') return inVariable(situation, match, source)
  const reason = 'the program cannot read its configuration'
  return buildDraft(situation, {
    mechanism: 'bad_config_value',
    record: match.record,
    statement: `${remedies.describe(situation)} cannot read a configuration value${named(match.facts)}: ${words.quote(match.said, 170)}`,
    confidence: match.facts.key || match.facts.value ? 0.75 : 0.6,
    confidence_reason: 'the log complains about a value whose place in the cluster is not known',
    remedies: [
      ...remedies.rollback(situation, reason),
      remedies.escalate(
        situation,
        `correct the configuration${named(match.facts)}: ${words.quote(match.said)}`,
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
        ? `holds "${text.slice(0, 60)}"`
        : 'holds a bad value'
  const resource = refOf(map)
  const remedy: Remedy = {
    kind: 'patch_configmap',
    target: resource,
    params: { key },
    needs: [
      {
        param: `set.${property ?? key}`,
        ask: `a valid value for ${property ?? key} in key ${key} of ConfigMap ${name}`,
      },
    ],
    reason: `${property ?? key} in ConfigMap ${name} cannot be read`,
    risk: 'medium',
    reversible: true,
  }
  return buildDraft(situation, {
    mechanism: 'bad_config_value',
    resource,
    record: match.record,
    statement: `ConfigMap ${name} ${sets} in ${key}${line ? ` (line ${line})` : ''}, which ${words.subject(situation)} cannot read: ${words.quote(match.said, 140)}`,
    confidence: text ? 0.95 : 0.8,
    confidence_reason: text
      ? 'the log names the value and the ConfigMap holds it'
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
  const said = isSecret && source.value ? match.said.replaceAll(source.value, '…') : match.said
  const about = key && key !== source.name ? ` (read as ${key})` : ''
  const reason = `${source.name} holds a value that cannot be read`
  return buildDraft(situation, {
    mechanism: 'bad_config_value',
    record: match.record,
    statement: `${words.capital(words.subject(situation))} ends because its environment variable ${source.name}${about} is "${value}": ${words.quote(said, 130)}`,
    confidence: 0.95,
    confidence_reason: 'the log names the value and the variable holds it',
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
      remedies.setEnv(situation, source.name, reason, {
        needs: [
          { param: 'value', ask: `a valid value for ${source.name}${about}, now "${isSecret ? '…' : source.value}"` },
        ],
      }),
      ...remedies.rollback(situation, reason),
    ],
  })
}

function named({ file, line, key, value }: Facts): string {
  const parts = [key, value === undefined ? undefined : `"${value}"`, file && (line ? `${file} line ${line}` : file)]
  const text = parts.filter((part) => part !== undefined && part !== '').join(', ')
  return text === '' ? '' : ` (${text})`
}
