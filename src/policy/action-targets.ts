import type { ActionKind } from '#src/domain/action.ts'

const rolledOut = ['Deployment', 'StatefulSet', 'DaemonSet']
const templated = [...rolledOut, 'CronJob']

/**
 * Kinds of object that each action may change; a pair that is not listed is refused. A Job's template and a bare pod's spec
 * cannot be changed after creation, so they are not here.
 */
export const actionTargets: Readonly<Partial<Record<ActionKind, readonly string[]>>> = {
  rollback: rolledOut,
  restart_rollout: rolledOut,
  resume_rollout: ['Deployment'],
  scale: ['Deployment', 'StatefulSet'],
  set_env: templated,
  set_image: templated,
  set_command: templated,
  patch_resources: templated,
  patch_probe: rolledOut,
  patch_service: ['Service'],
  patch_scheduling: templated,
  patch_configmap: ['ConfigMap'],
  patch_hpa: ['HorizontalPodAutoscaler'],
  delete_pod: ['Pod'],
  recreate_job: ['Job'],
  suspend_cronjob: ['CronJob'],
  unsuspend_cronjob: ['CronJob'],
  cordon: ['Node'],
  uncordon: ['Node'],
  open_pull_request: ['Repository'],
}
