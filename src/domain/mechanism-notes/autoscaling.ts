import type { MechanismNotes } from './mechanism-note.ts'

/** Autoscalers and disruption budgets. */
export const autoscalingNotes = {
  hpa_metrics_unavailable: {
    detected: 'An autoscaler older than a minute reports ScalingActive False for another reason than zero replicas.',
    from: [
      'HorizontalPodAutoscaler `.status.conditions[type=ScalingActive]`',
      'event of the same reason',
      'APIs that the cluster does not serve (metrics.k8s.io and its kin)',
    ],
    suggests: ['custom_instruction', 'escalate'],
    limits: 'Why a metrics adapter lacks a metric is not seen. The request of a container that has none is asked for.',
  },
  hpa_target_missing: {
    detected: 'The target of an autoscaler is proved absent.',
    from: ['HorizontalPodAutoscaler `.spec.scaleTargetRef`', 'the list of Deployments, StatefulSets or ReplicaSets'],
    suggests: ['custom_instruction'],
    limits: 'Targets of other kinds are not judged.',
  },
  hpa_at_maximum: {
    detected: 'An autoscaler wants more replicas than its maximum and has reached it.',
    from: [
      'HorizontalPodAutoscaler `.status.conditions[type=ScalingLimited]` (TooManyReplicas)',
      '.spec.maxReplicas and .status.currentReplicas',
    ],
    suggests: ['patch_hpa'],
    limits: 'Whether the load is real, and whether nodes and dependencies can bear more, is not judged.',
  },
  pdb_blocks_eviction: {
    detected: 'A disruption budget allows no eviction although all of its pods are ready.',
    from: [
      'PodDisruptionBudget `.spec` and `.status.disruptionsAllowed`',
      'Ready condition of its pods',
      'Node `.spec.unschedulable`, events about the budget',
    ],
    suggests: ['scale', 'custom_instruction'],
    limits:
      'It hurts only where somebody drains a node: without a cordoned node or a refused eviction it is of no severity.',
  },
  hpa_contested: {
    detected:
      'Two autoscalers name the same target; or within the hour a workload was twice set back to a count that its autoscaler did not ask for and had to raise again.',
    from: [
      'HorizontalPodAutoscaler `.spec.scaleTargetRef`',
      'events `SuccessfulRescale` of the autoscaler and `ScalingReplicaSet` of its target',
      'Deployment `.metadata.managedFields`: who writes `.spec.replicas`',
    ],
    suggests: ['custom_instruction'],
    limits: 'A fight that is slower than the hour for which events are kept does not show.',
  },
  vpa_evictions: {
    detected:
      'A vertical autoscaler evicted pods of a workload more often within the hour than it has replicas, and the workload lacks ready ones.',
    from: ['event `EvictedByVPA`', 'Ready condition of the pods'],
    suggests: ['custom_instruction'],
    limits: 'The VerticalPodAutoscaler itself is not read.',
  },
} as const satisfies MechanismNotes
