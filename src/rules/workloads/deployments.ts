import type { Analyzer } from '#src/rules/rule.ts'
import { rolloutPaused } from './deployments/rollout-paused.ts'
import { rolloutStuck } from './deployments/rollout-stuck.ts'
import { replicasUnavailable } from './replicas-unavailable.ts'

/** Deployments that lack replicas, whose rollout is stuck, or whose change waits behind a pause. */
export const deployments: Analyzer = (view) =>
  view.list('Deployment').flatMap((deployment) => {
    if (deployment.metadata.deletionTimestamp) return []
    return [
      ...replicasUnavailable(view, deployment),
      ...rolloutStuck(view, deployment),
      ...rolloutPaused(view, deployment),
    ]
  })
