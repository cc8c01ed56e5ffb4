import { type ActionKind, actionKinds } from '#src/domain/action.ts'
import type { AnsweredAction } from './answer.ts'
import { isPlaceholder, matchesValue } from './match-pattern.ts'
import { hasWord } from './words.ts'

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

/** How a verdict's word is read; undefined where only a person can carry it out. */
export function readActionWord(word: string): ActionReading | undefined {
  const known = words[word]
  if (known) return known
  const kind = actionKinds.find((candidate) => candidate === word)
  return kind && { kind }
}

/** One leaf of a verdict's params, where it lies among the answer's params. */
interface ExpectedParam {
  path: string[]
  value: unknown
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
export function paramsAgree(action: AnsweredAction, params: Record<string, unknown>, reading: ActionReading): boolean {
  if (!hasRequired(action, reading)) return false
  return expectedParams(params, reading).every((param) => agrees(action, param, reading))
}

/** True where the answer's params are those of a forbidden action; a value in angle brackets there stands for any. */
export function paramsForbidden(
  action: AnsweredAction,
  params: Record<string, unknown>,
  reading: ActionReading,
): boolean {
  if (reading.requires && !reading.requires.some((name) => action.params[name] !== undefined)) return false
  return expectedParams(params, reading).every(({ path, value }) => {
    const actual = valueAt(action.params, path)
    return isPlaceholder(value) || (actual !== undefined && matchesValue(value, actual))
  })
}
