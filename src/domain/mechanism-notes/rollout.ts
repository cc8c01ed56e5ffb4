import type { MechanismNotes } from './mechanism-note.ts'

/** Controllers and their rollouts. */
export const rolloutNotes = {
  replicas_unavailable: {
    detected: 'A Deployment or StatefulSet has fewer ready pods than it wants, after its pods have had 20 seconds.',
    from: ['.spec.replicas', 'Ready condition of its pods', '.status.readyReplicas where the pods may not be read'],
    suggests: [],
    limits: 'The plainest of all symptoms: it never says why.',
  },
  rollout_stuck: {
    detected:
      'A rollout is not complete, and its deadline has passed, or the new revision has had no ready pod for a minute while an older one serves.',
    from: [
      '.status.conditions[type=Progressing] (ProgressDeadlineExceeded)',
      'Deployment `.status` counts',
      'ReplicaSets as revisions, with their ready pods',
    ],
    suggests: ['rollback'],
    limits:
      'Going back is proposed only to a revision that has ready pods now. A paused rollout is told as rollout_paused.',
  },
  rollout_paused: {
    detected:
      'A Deployment is paused while a change waits; or a StatefulSet holds its update back by a partition or OnDelete.',
    from: [
      'Deployment `.spec.paused` and the difference of its template from the current revision',
      'StatefulSet `.spec.updateStrategy` and `.status.updateRevision`',
      'a note in the annotations that the pause is meant',
    ],
    suggests: ['resume_rollout', 'escalate', 'custom_instruction'],
    limits: 'Who paused it and why leaves no event. A noted pause, or a canary, is told with low severity or none.',
  },
  statefulset_blocked: {
    detected: 'An ordinal of a StatefulSet is not ready, and later ordinals or the update wait for it.',
    from: ['.spec.podManagementPolicy', 'Ready condition of its pods, by ordinal', '.status.updateRevision'],
    suggests: ['rollback'],
  },
  daemonset_incomplete: {
    detected: 'A DaemonSet is ready on fewer nodes than it wants, after its pods have had 20 seconds.',
    from: ['DaemonSet `.status.desiredNumberScheduled`', 'Ready condition of its pods'],
    suggests: [],
    limits: 'Counts only nodes that the set wants; those it silently leaves out are told as daemonset_node_excluded.',
  },
  scaled_to_zero: {
    detected: 'A workload has zero replicas, and a Service selects its pods that nothing else serves.',
    from: [
      '.spec.replicas',
      'Service `.spec.selector` and the ready pods behind it',
      'event `ScalingReplicaSet`, the last applied configuration or an autoscaler: the replicas before',
      'a note in the annotations that the rest is meant',
    ],
    suggests: ['scale'],
    limits:
      'A workload that sleeps by an autoscaler, or by a note while nothing asks for it, is at rest. Where the earlier count is not known, one replica is proposed.',
  },
} as const satisfies MechanismNotes
