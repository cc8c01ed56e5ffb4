import { type ActionKind, actionKinds } from '#src/domain/action.ts'

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
