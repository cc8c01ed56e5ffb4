import type { Remedy, WhatIf } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { afterEnv } from './after-env.ts'
import { afterProbe } from './after-probe.ts'
import { afterResources } from './after-resources.ts'
import { afterRollback } from './after-rollback.ts'
import { afterScale } from './after-scale.ts'
import { afterScheduling } from './after-scheduling.ts'
import { afterServicePatch } from './after-service-patch.ts'
import { verdict } from './verdict.ts'

/**
 * Would the change remove the cause? Judged against the picture alone, before anybody is asked; what cannot be judged is
 * `unknown`. One file per kind that the picture can say something about.
 */
export function whatIf(remedy: Remedy, view: ClusterView): WhatIf {
  if (remedy.needs?.length) {
    return verdict.unknown(`it depends on what is asked for: ${remedy.needs.map((need) => need.param).join(', ')}`)
  }
  switch (remedy.kind) {
    case 'rollback':
      return afterRollback(remedy, view)
    case 'scale':
      return afterScale(remedy, view)
    case 'patch_service':
      return afterServicePatch(remedy, view)
    case 'patch_scheduling':
      return afterScheduling(remedy, view)
    case 'patch_resources':
      return afterResources(remedy, view)
    case 'patch_probe':
      return afterProbe(remedy, view)
    case 'unsuspend_cronjob':
      return verdict.yes('its next run starts by its schedule')
    case 'set_env':
      return afterEnv(remedy, view)
    case 'escalate':
    case 'custom_instruction':
      return verdict.unknown('a person carries it out')
    default:
      return verdict.unknown('the picture does not show what the program will do with it')
  }
}
