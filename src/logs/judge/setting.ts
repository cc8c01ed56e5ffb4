import type { ActionNeed, Remedy } from '#src/domain/action.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Secret } from '#src/domain/kubernetes/cluster.ts'
import type { EnvVar } from '#src/domain/kubernetes/objects.ts'
import { revisionsOf } from '#src/domain/kubernetes/revisions.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { containerNamed } from '#src/rules/kit/containers.ts'
import { setEnv } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, quote, subjectOf } from './draft.ts'
import { backToGoodRevision, type Situation } from './situation.ts'

const secretName = /PASS(?:WORD|WD)?|SECRET|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY/i

/** A required setting that is not set. */
export function judgeMissingSetting(situation: Situation, match: SignatureMatch): FindingDraft {
  const setting = match.facts.variable ?? match.facts.setting ?? match.facts.key ?? ''
  const variable = match.facts.variable ?? toVariable(setting)
  const given = (situation.spec.env ?? []).find((entry) => entry.name === variable)
  const empty = given && !given.valueFrom && !given.value
  const how = empty ? 'is set to an empty value' : 'is not set'
  return buildDraft(situation, {
    mechanism: 'missing_env',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} exits at start-up, because the required ${match.facts.variable ? 'environment variable' : 'setting'} ${setting} ${how}${detailOf(match.excerpt, setting)}`,
    confidence: given && !empty ? 0.75 : 0.95,
    confidence_reason:
      given && !empty
        ? 'the log names it, but the template sets it'
        : 'the log names it and the template does not set it',
    remedies: remediesFor(situation, variable),
  })
}

/** The text of the log, unless it only repeats the name of the setting. */
function detailOf(excerpt: string, setting: string): string {
  return setting !== '' && excerpt.includes(setting) ? '' : `: ${quote(excerpt, 130)}`
}

function remediesFor(situation: Situation, variable: string): Remedy[] {
  const reason = `${variable} is required and not set`
  const back = backToGoodRevision(situation)
  const former = formerVariable(situation, variable)
  if (former?.valueFrom || (former?.value && !secretName.test(variable)))
    return [fromFormer(situation, former, reason), ...back]
  const ask = secretName.test(variable) ? fromSecret(situation, variable, reason) : undefined
  const set =
    ask ??
    askFor(situation, variable, reason, {
      param: 'value',
      ask: `value of ${variable} for container ${situation.spec.name} of ${situation.workload.kind} ${situation.workload.name}`,
    })
  return [...back, set]
}

/** The variable as an earlier revision of the same workload had it, newest first. */
function formerVariable({ view, workload, spec }: Situation, variable: string): EnvVar | undefined {
  for (const revision of revisionsOf(view, workload)) {
    if (revision.current) continue
    const found = containerNamed(revision.template, spec.name)?.env?.find((entry) => entry.name === variable)
    if (found) return found
  }
  return undefined
}

function fromFormer(situation: Situation, former: EnvVar, reason: string): Remedy {
  const because = `${reason}; an earlier revision of ${situation.workload.name} had it`
  const ref = former.valueFrom?.secretKeyRef ?? former.valueFrom?.configMapKeyRef
  if (!ref?.name) {
    const { workload, spec } = situation
    return setEnv(workload, { container: spec.name, name: former.name, value: former.value ?? '' }, { reason: because })
  }
  return withSource(situation, former.name, because, {
    kind: former.valueFrom?.secretKeyRef ? 'Secret' : 'ConfigMap',
    name: ref.name,
    key: ref.key,
  })
}

/** A secret value belongs in a Secret. One is proposed only where exactly one Secret has a key of this name. */
function fromSecret(situation: Situation, variable: string, reason: string): Remedy {
  const holders = situation.view.list('Secret').flatMap((secret: Secret) => {
    const key =
      secret.metadata.namespace === situation.namespace && secret.keys.find((name) => isSameSetting(name, variable))
    return key ? [{ kind: 'Secret' as const, name: secret.metadata.name, key }] : []
  })
  const [only] = holders
  if (only && holders.length === 1) return withSource(situation, variable, reason, only)
  const ask = `which Secret and key of namespace ${situation.namespace} contain ${variable}`
  return askFor(situation, variable, reason, { param: 'valueFrom', ask })
}

function askFor({ workload, spec }: Situation, name: string, reason: string, need: ActionNeed): Remedy {
  return setEnv(workload, { container: spec.name, name }, { reason, needs: [need] })
}

function withSource(
  { workload, spec }: Situation,
  name: string,
  reason: string,
  valueFrom: { kind: 'Secret' | 'ConfigMap'; name: string; key: string },
): Remedy {
  return setEnv(
    workload,
    { container: spec.name, name, valueFrom },
    { reason: `${reason} (${valueFrom.kind} ${valueFrom.name}, key ${valueFrom.key})` },
  )
}

/** Frameworks with settings such as `spring.datasource.url` read this one from SPRING_DATASOURCE_URL. */
function toVariable(setting: string): string {
  return setting.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase()
}

/** `app.log-level` and `APP_LOG_LEVEL` name the same setting. */
export function isSameSetting(left: string, right: string): boolean {
  return plain(left) === plain(right)
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}
