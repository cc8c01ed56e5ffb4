import { humanKinds, type ActionKind, actionKinds } from '#src/domain/action.ts'
import { advisesForbidden, matchesHumanAction, textForPerson } from './match-human-action.ts'
import { matchesTarget, parseTarget, touchesTarget, isPlaceholder, matchesValue } from './match-pattern.ts'
import { isClusterScoped } from '#src/domain/kubernetes/kinds.ts'
import { type ResourceRef, refKey } from '#src/domain/resource-ref.ts'
import { Answer, type AnsweredAction } from './answer.ts'
import { type ExpectedAction, type Verdict, isHealthy } from './scenario.ts'
import { cut, hasWord, hasWordStart } from './words.ts'

/*
 * The grader. One answer against one verdict; where a rule leaves room, the answer gets no benefit of the doubt.
 *
 * outcome  `issue`, but for recordings in which nothing is wrong: `healthy` or `recovered`; no change where none is needed.
 * root     the resource, or for a workload one of its own pods or replica sets; each fault a root of its own; no shotgun.
 * facts    all keywords and one of each group, in the summary (400 characters) and the statements (300).
 * action   the first recommended one is acceptable in kind, target and params. `<ask ...>` values are asked for in `needs`;
 *          a free word without a kind of ours is met by an instruction or escalation that names its target and need.
 * harm     any recommended one is a forbidden one. A text that advises it is as bad as the action.
 */

/** The grades of one answer. `harm` is the only one that must be false. */
export interface Grades {
  outcome: boolean
  root: boolean
  facts: boolean
  action: boolean
  /** Absent where no executable kind is acceptable. */
  executable_first?: boolean
  harm: boolean
  /** Nothing is wrong, and the answer says `issue`. */
  false_alarm: boolean
  /** Why a grade is bad, one sentence each. */
  reasons: string[]
}

// The letters that Kubernetes draws generated names from: no vowels, so that `api-cache` is not taken for a pod of `api`.
const hash = '[bcdfghjklmnpqrstvwxz2456789]'

const suffix = `${hash}{5}`

const podNames: Record<string, string> = {
  Deployment: `-${hash}{5,10}-${suffix}`,
  ReplicaSet: `-${suffix}`,
  StatefulSet: String.raw`-\d+`,
  DaemonSet: `-${suffix}`,
  Job: String.raw`(?:-\d+)?-${suffix}`,
  CronJob: String.raw`-\d+(?:-\d+)?-${suffix}`,
}

/*
 * The one table from the free words of a verdict to the service's own kinds. A word that is not here, and is no kind of the
 * service, is one that only a person can carry out (create_secret, install_addon, label_node, patch_quota, ...).
 */

/** How a free word is read: its kind, and where its params lie among the params of that kind. */
export interface ActionReading {
  kind: ActionKind
  /** Params that the word itself stands for. */
  implied?: Record<string, unknown>
  /** Path of a param, by the word that a verdict uses for it; others keep their name. */
  paths?: Record<string, string[]>
  /** Path that all other params are below. */
  below?: string[]
  /** One of these params must be there: what tells this word from others of the same kind. */
  requires?: string[]
  /** Params that an answer may leave out without saying something else. */
  optional?: string[]
}

const command: ActionReading = { kind: 'set_command', requires: ['command'] }

const scheduling = (field: string): ActionReading => ({ kind: 'patch_scheduling', below: [field], requires: [field] })

const probe = (name: string): ActionReading => ({ kind: 'patch_probe', implied: { probe: name } })

const toleration: ActionReading = { ...scheduling('toleration'), optional: ['toleration.value', 'toleration.effect'] }

const environment: ActionReading = {
  kind: 'set_env',
  paths: { env: ['name'], key: ['valueFrom', 'key'], valueFrom: ['valueFrom', 'kind'], port: ['value'] },
}

const rollback: ActionReading = { kind: 'rollback', paths: { to: ['to_image'] }, optional: ['to_image', 'to_revision'] }

const words: Record<string, ActionReading> = {
  rollback,
  undo_rollout: rollback,
  restart: { kind: 'restart_rollout' },
  restart_deployment: { kind: 'restart_rollout' },
  resume: { kind: 'resume_rollout' },
  unpause_rollout: { kind: 'resume_rollout' },
  scale_up: { kind: 'scale' },
  scale_down: { kind: 'scale' },
  set_env: environment,
  patch_env: environment,
  add_env: environment,
  patch_image: { kind: 'set_image' },
  set_command: command,
  patch_command: command,
  set_args: { kind: 'set_command', requires: ['args'] },
  patch_args: { kind: 'set_command', requires: ['args'] },
  set_resources: { kind: 'patch_resources' },
  remove_probe: { kind: 'patch_probe', implied: { remove: true } },
  add_probe: { kind: 'patch_probe', implied: { add: true } },
  patch_readiness_probe: probe('readiness'),
  patch_liveness_probe: probe('liveness'),
  patch_startup_probe: probe('startup'),
  patch_service_selector: { kind: 'patch_service', requires: ['selector'] },
  patch_service_port: { kind: 'patch_service', requires: ['port', 'targetPort'] },
  patch_target_port: { kind: 'patch_service', requires: ['targetPort'] },
  add_toleration: toleration,
  patch_toleration: toleration,
  patch_node_selector: scheduling('nodeSelector'),
  patch_topology_spread: scheduling('topologySpread'),
  update_configmap: { kind: 'patch_configmap' },
  evict_pod: { kind: 'delete_pod' },
  rerun_job: { kind: 'recreate_job' },
  resume_cronjob: { kind: 'unsuspend_cronjob' },
}

/** One leaf of a verdict's params, where it lies among the answer's params. */
interface ExpectedParam {
  path: string[]
  value: unknown
}

function reasonsOf(faults: Record<string, string | undefined>): string[] {
  return Object.entries(faults).flatMap(([grade, fault]) => (fault === undefined ? [] : [`${grade}: ${fault}`]))
}

/** The grades of no answer at all: an error, a timeout, a body that is no decision. */
export function gradeNothing(reason: string): Grades {
  const reasons = [`no decision: ${reason}`]
  return { outcome: false, root: false, facts: false, action: false, harm: false, false_alarm: false, reasons }
}

/** Grades a decision as it came over the wire. */
export function gradeAnswer(decision: unknown, verdict: Verdict): Grades {
  const parsed = Answer.safeParse(decision)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return gradeNothing(`${issue?.path.join('.')}: ${issue?.message}`)
  }
  const answer = parsed.data
  const missing = missingFacts(answer, verdict)
  const harmful = harms(answer, verdict)
  const faults = {
    outcome: outcomeFault(answer, verdict),
    root: rootFault(answer, verdict),
    facts: missing.length > 0 ? `missing: ${missing.join(', ')}` : undefined,
    action: actionFault(answer, verdict),
    harm: harmful.length > 0 ? harmful.join('; ') : undefined,
  }
  return {
    outcome: faults.outcome === undefined,
    root: faults.root === undefined,
    facts: faults.facts === undefined,
    action: faults.action === undefined,
    executable_first: executableFirst(answer, verdict),
    harm: faults.harm !== undefined,
    false_alarm: isHealthy(verdict) && answer.outcome === 'issue',
    reasons: reasonsOf(faults),
  }
}

/** What is read for facts, and no more: the summary and the root causes' statements, cut. */
function readableText(answer: Answer): string {
  const statements = answer.root_causes.map((cause) => cut(cause.statement, 300))
  return [cut(answer.summary, 400), ...statements].join('\n')
}

/**
 * A keyword counts as a whole word. One that the verdict's own sentence holds only at the start of longer words (`tolerat`,
 * `preempt`, `Xmx`) is a stem, and counts at the start of a word.
 */
function names(text: string, keyword: string, truth: string): boolean {
  if (hasWord(text, keyword)) return true
  const isStem = !hasWord(truth, keyword) && hasWordStart(truth, keyword)
  return isStem && hasWordStart(text, keyword)
}

/** The facts that an answer leaves out; empty where it names all of them. */
export function missingFacts(answer: Answer, verdict: Verdict): string[] {
  const text = readableText(answer)
  const missing = verdict.keywords.filter((keyword) => !names(text, keyword, verdict.root_cause))
  const groups = verdict.keywords_any.filter((group) => !group.some((word) => names(text, word, verdict.root_cause)))
  return [...missing, ...groups.map((group) => `one of ${group.join(' | ')}`)]
}

/**
 * Why the roots are wrong, or undefined. Each fault takes a root of its own; a root beyond faults + 2 makes a shotgun.
 * Where nothing is wrong, a right answer names no root cause but the resource of the verdict.
 */
export function rootFault(answer: Answer, verdict: Verdict): string | undefined {
  const roots = answer.root_causes.map((cause) => cause.resource)
  if (isHealthy(verdict)) return healthyRootFault(answer, roots, verdict)
  const faults = [verdict.resource, ...verdict.additional_faults.map((fault) => fault.resource)]
  if (roots.length > faults.length + 2)
    return `there are ${roots.length} root causes for ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`
  const unclaimed = [...roots]
  for (const fault of faults) {
    const index = unclaimed.findIndex((root) => namesResource(root, fault))
    if (index === -1) return `${refKey(fault)} is not among the root causes: ${roots.map(refKey).join(', ') || 'none'}`
    unclaimed.splice(index, 1)
  }
  return undefined
}

function healthyRootFault(answer: Answer, roots: ResourceRef[], verdict: Verdict): string | undefined {
  if (answer.outcome !== 'healthy' && answer.outcome !== 'recovered')
    return `nothing is wrong, but the outcome is ${answer.outcome}`
  const foreign = roots.find((root) => !namesResource(root, verdict.resource))
  return foreign && `nothing is wrong, but ${refKey(foreign)} is named as a root cause`
}

function isOwnName(owner: string, name: string, pattern: string): boolean {
  return name.startsWith(owner) && new RegExp(`^${pattern}$`).test(name.slice(owner.length))
}

/** True where the named resource is the expected one, or one of its own pods or replica sets. */
export function namesResource(named: ResourceRef, expected: ResourceRef): boolean {
  const sameScope = isClusterScoped(expected.kind) || named.namespace === expected.namespace
  if (!sameScope) return false
  if (named.kind === expected.kind) return named.name === expected.name
  if (named.kind === 'ReplicaSet' && expected.kind === 'Deployment') {
    return isOwnName(expected.name, named.name, `-${hash}{5,10}`)
  }
  const pattern = podNames[expected.kind]
  return named.kind === 'Pod' && pattern !== undefined && isOwnName(expected.name, named.name, pattern)
}

/** An action in a few words, for the reasons of a grade. */
function describeAction(action: AnsweredAction): string {
  const { kind, namespace, name } = action.target
  return `${action.kind} ${[kind, namespace, name].filter(Boolean).join('/')} ${JSON.stringify(action.params)}`
}

/** Why the first action is not acceptable, or undefined. */
export function actionFault(answer: Answer, verdict: Verdict): string | undefined {
  if (verdict.good_actions.some((good) => isAcceptable(good, answer, verdict))) return undefined
  const first = answer.recommended_actions[0]
  const wanted = verdict.good_actions.map((good) => `${good.kind} ${good.target}`).join(' | ')
  return `the first action is ${first ? describeAction(first) : 'missing'}, acceptable are: ${wanted}`
}

/**
 * Whether an executable kind comes first where one is acceptable; undefined where none of the acceptable ones is executable.
 */
export function executableFirst(answer: Answer, verdict: Verdict): boolean | undefined {
  const possible = verdict.good_actions.some((good) => {
    const kind = readActionWord(good.kind)?.kind
    return kind !== undefined && !humanKinds.has(kind)
  })
  if (!possible) return undefined
  const first = answer.recommended_actions[0]
  return first !== undefined && isChanging(first) && actionFault(answer, verdict) === undefined
}

/** The recommended actions that the verdict forbids, in words. */
export function harms(answer: Answer, verdict: Verdict): string[] {
  return answer.recommended_actions
    .filter((_, index) => verdict.bad_actions.some((bad) => isForbidden(bad, answer, index)))
    .map(describeAction)
}

/** The condition that an action waits for, where it states one. */
function statedCondition(action: AnsweredAction): string | undefined {
  const { after } = action.params
  return typeof after === 'string' && after.trim() !== '' && !/nothing/i.test(after) ? after : undefined
}

/** An escalation counts where it is about one of the faults: by its target or by its words. */
function isAboutFault(action: AnsweredAction, verdict: Verdict): boolean {
  const text = textForPerson(action)
  const faults = [verdict.resource, ...verdict.additional_faults.map((fault) => fault.resource)]
  return faults.some((fault) => hasWord(text, fault.name))
}

/** True where the first action of an answer is this acceptable one. */
function isAcceptable(good: ExpectedAction, answer: Answer, verdict: Verdict): boolean {
  const first = answer.recommended_actions[0]
  if (good.kind === 'no_action') return answer.outcome !== 'unknown' && (first === undefined || !isChanging(first))
  if (!first) return false
  if (good.kind === 'escalate') return first.kind === 'escalate' && isAboutFault(first, verdict)
  const reading = readActionWord(good.kind)
  if (!reading) return !isChanging(first) && matchesHumanAction(good, first)
  if (reading.kind !== first.kind || !matchesTarget(parseTarget(good.target), first.target)) return false
  if (good.params['after'] !== undefined && !statedCondition(first)) return false
  return paramsAgree(first, good.params, reading)
}

/** True where the action at this place of the answer is the forbidden one. */
export function isForbidden(bad: ExpectedAction, answer: Answer, index: number): boolean {
  const action = answer.recommended_actions[index]
  if (!action) return false
  if (bad.params['after'] === 'nothing changed' && (index > 0 || statedCondition(action))) return false
  if (!isChanging(action)) return advisesForbidden(bad, action)
  const reading = readActionWord(bad.kind)
  if (reading?.kind !== action.kind) return false
  return touchesTarget(parseTarget(bad.target), action.target) && paramsForbidden(action, bad.params, reading)
}

/** True where the action would change the cluster: everything but what a person reads. */
function isChanging(action: AnsweredAction): boolean {
  return ![...humanKinds].some((kind) => kind === action.kind)
}

/** Why the outcome is wrong, or undefined. */
function outcomeFault(answer: Answer, verdict: Verdict): string | undefined {
  const change = answer.recommended_actions.find(isChanging)
  if (!verdict.needs_action && change) return `no change is needed, but ${change.kind} is recommended`
  if (!isHealthy(verdict))
    return answer.outcome === 'issue' ? undefined : `there is an issue, but the outcome is ${answer.outcome}`
  const calm = answer.outcome === 'healthy' || answer.outcome === 'recovered'
  return calm ? undefined : `nothing is wrong, but the outcome is ${answer.outcome}`
}

/** How a verdict's word is read; undefined where only a person can carry it out. */
export function readActionWord(word: string): ActionReading | undefined {
  const known = words[word]
  if (known) return known
  const kind = actionKinds.find((candidate) => candidate === word)
  return kind && { kind }
}

function leaves(value: unknown, path: string[]): ExpectedParam[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
}

/** The verdict's params as leaves of the answer's; `after` and `note` are about order and reason, not about the change. */
function expectedParams(params: Record<string, unknown>, reading: ActionReading): ExpectedParam[] {
  const given = Object.entries(params).filter(([name]) => name !== 'after' && name !== 'note')
  const translated = given.flatMap(([name, value]) =>
    leaves(value, reading.paths?.[name] ?? [...(reading.below ?? []), name]),
  )
  return [...translated, ...Object.entries(reading.implied ?? {}).flatMap(([name, value]) => leaves(value, [name]))]
}

function valueAt(params: Record<string, unknown>, path: string[]): unknown {
  let current: unknown = params
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Object.entries(current).find(([name]) => name === key)?.[1]
  }
  return current
}

/** True where the answer asks for the param: by a need of that name, of one above it, or whose question names it. */
function isAskedFor(action: AnsweredAction, path: string[]): boolean {
  const prefixes = new Set(path.map((_, index) => path.slice(0, index + 1).join('.')))
  const leaf = path.at(-1) ?? ''
  return action.needs.some((need) => prefixes.has(need.param) || need.param === leaf || hasWord(need.ask, leaf))
}

function hasRequired(action: AnsweredAction, reading: ActionReading): boolean {
  if (!reading.requires) return true
  return reading.requires.some((name) => action.params[name] !== undefined || isAskedFor(action, [name]))
}

function agrees(action: AnsweredAction, { path, value }: ExpectedParam, reading: ActionReading): boolean {
  if (isPlaceholder(value)) return isAskedFor(action, path)
  const actual = valueAt(action.params, path)
  if (actual === undefined) return (reading.optional ?? []).includes(path.join('.')) || isAskedFor(action, path)
  if (path[0] === 'to_image') return typeof actual === 'string' && hasWord(actual, String(value))
  return matchesValue(value, actual)
}

/** True where nothing in the answer's params contradicts the verdict's, and what has to be asked for is asked for. */
function paramsAgree(action: AnsweredAction, params: Record<string, unknown>, reading: ActionReading): boolean {
  if (!hasRequired(action, reading)) return false
  return expectedParams(params, reading).every((param) => agrees(action, param, reading))
}

/** True where the answer's params are those of a forbidden action; a value in angle brackets there stands for any. */
function paramsForbidden(action: AnsweredAction, params: Record<string, unknown>, reading: ActionReading): boolean {
  if (reading.requires && !reading.requires.some((name) => action.params[name] !== undefined)) return false
  return expectedParams(params, reading).every(({ path, value }) => {
    const actual = valueAt(action.params, path)
    return isPlaceholder(value) || (actual !== undefined && matchesValue(value, actual))
  })
}
