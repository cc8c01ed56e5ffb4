import type { Analyzer } from '../analyzer.ts'
import { admission } from './admission.ts'
import { autoscalers } from './autoscalers.ts'
import { commands } from './commands.ts'
import { containerStates } from './container-states.ts'
import { cronJobs } from './cron-jobs.ts'
import { daemonSets } from './daemon-sets.ts'
import { deletion } from './deletion.ts'
import { deployments } from './deployments.ts'
import { disruptionBudgets } from './disruption-budgets.ts'
import { evictions } from './evictions.ts'
import { flappingReadiness } from './flapping-readiness.ts'
import { images } from './images.ts'
import { ingresses } from './ingresses.ts'
import { initContainers } from './init-containers.ts'
import { jobs } from './jobs.ts'
import { lifecycleHooks } from './lifecycle-hooks.ts'
import { loadBalancers } from './load-balancers.ts'
import { memory } from './memory.ts'
import { networkPolicies } from './network-policies.ts'
import { nodes } from './nodes.ts'
import { portConflicts } from './port-conflicts.ts'
import { probes } from './probes.ts'
import { pullSecrets } from './pull-secrets.ts'
import { quotaUsage } from './quota-usage.ts'
import { references } from './references.ts'
import { sandboxes } from './sandboxes.ts'
import { scaledToZero } from './scaled-to-zero.ts'
import { scheduling } from './scheduling.ts'
import { securityContext } from './security-context.ts'
import { services } from './services.ts'
import { shadowedVariables } from './shadowed-variables.ts'
import { staleEnvironment } from './stale-environment.ts'
import { stalledStarts } from './stalled-starts.ts'
import { statefulSets } from './stateful-sets.ts'
import { volumes } from './volumes.ts'

/** Every family of rules over Kubernetes objects and events. Their order carries no meaning: the cause graph ranks findings. */
export const kubernetesAnalyzers: readonly Analyzer[] = [
  containerStates,
  stalledStarts,
  commands,
  images,
  pullSecrets,
  references,
  shadowedVariables,
  staleEnvironment,
  probes,
  flappingReadiness,
  memory,
  securityContext,
  lifecycleHooks,
  sandboxes,
  initContainers,
  evictions,
  portConflicts,
  admission,
  autoscalers,
  cronJobs,
  daemonSets,
  deletion,
  deployments,
  disruptionBudgets,
  ingresses,
  jobs,
  loadBalancers,
  networkPolicies,
  nodes,
  quotaUsage,
  scaledToZero,
  scheduling,
  services,
  statefulSets,
  volumes,
]
