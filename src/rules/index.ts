import type { Rule } from './rule.ts'
import { admission } from './admission/admission.ts'
import { autoscalers } from './workloads/autoscalers.ts'
import { commands } from './containers/commands.ts'
import { containerStates } from './containers/container-states.ts'
import { cronJobs } from './jobs/cron-jobs.ts'
import { daemonSets } from './workloads/daemon-sets.ts'
import { deletion } from './deletion/deletion.ts'
import { deployments } from './workloads/deployments.ts'
import { disruptionBudgets } from './workloads/disruption-budgets.ts'
import { evictions } from './nodes/evictions.ts'
import { flappingReadiness } from './probes/flapping-readiness.ts'
import { images } from './images/images.ts'
import { ingresses } from './network/ingresses.ts'
import { initContainers } from './containers/init-containers.ts'
import { jobs } from './jobs/jobs.ts'
import { lifecycleHooks } from './containers/lifecycle-hooks.ts'
import { loadBalancers } from './network/load-balancers.ts'
import { memory } from './memory/memory.ts'
import { networkPolicies } from './network/network-policies.ts'
import { nodes } from './nodes/nodes.ts'
import { portConflicts } from './containers/port-conflicts.ts'
import { probes } from './probes/probes.ts'
import { pullSecrets } from './images/pull-secrets.ts'
import { quotaUsage } from './admission/quota-usage.ts'
import { references } from './configuration/references.ts'
import { sandboxes } from './containers/sandboxes.ts'
import { scaledToZero } from './workloads/scaled-to-zero.ts'
import { scheduling } from './scheduling/scheduling.ts'
import { securityContext } from './containers/security-context.ts'
import { services } from './network/services.ts'
import { shadowedVariables } from './configuration/shadowed-variables.ts'
import { staleEnvironment } from './configuration/stale-environment.ts'
import { stalledStarts } from './containers/stalled-starts.ts'
import { statefulSets } from './workloads/stateful-sets.ts'
import { contestedReplicas } from './workloads/contested-replicas.ts'
import { gateways } from './network/gateways.ts'
import { hostNetworkNames } from './network/host-network-names.ts'
import { readinessGates } from './probes/readiness-gates.ts'
import { unavailableApis } from './nodes/unavailable-apis.ts'
import { unknownServices } from './configuration/unknown-services.ts'
import { vpaEvictions } from './workloads/vpa-evictions.ts'
import { volumes } from './volumes/volumes.ts'

/** Every rule over Kubernetes objects and events. Their order has no meaning: the cause graph compares findings. */
export const kubernetesRules = [
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
  contestedReplicas,
  gateways,
  hostNetworkNames,
  readinessGates,
  unavailableApis,
  unknownServices,
  vpaEvictions,
] as const satisfies readonly Rule[]
