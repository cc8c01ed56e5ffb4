import type { MechanismNotes } from './mechanism-note.ts'

/** Pods that the API server refuses to create: pods are missing now, and the controller says why. */
export const admissionNotes = {
  quota_exceeded: {
    detected:
      'A resource quota refuses pods, the Jobs of a cron job, or only the surge pod of a rollout; or it wants a figure that the pods do not give.',
    from: [
      'event `FailedCreate`: `exceeded quota`, `failed quota: ... must specify`',
      '.status.conditions[type=ReplicaFailure]',
      'ResourceQuota `.status`',
      'Deployment `.spec.strategy`',
    ],
    suggests: ['rollback', 'patch_resources', 'scale', 'custom_instruction'],
    limits:
      'A smaller request is proposed only down to half, where it makes all replicas fit. Whether the namespace may have more its owner decides.',
  },
  limit_range_violation: {
    detected:
      'A limit range refuses pods for a figure above its maximum, below its minimum, or out of ratio; or its default limit lies below the request of a container.',
    from: [
      'event `FailedCreate`: `maximum ... usage per`, `minimum ... usage per`, `max limit to request ratio`, `must be less than or equal to ... limit`',
      'LimitRange `.spec.limits`',
      '.spec.template.spec.containers[].resources',
    ],
    suggests: ['rollback', 'patch_resources', 'custom_instruction'],
    limits: 'Whether the program can live with the bound is not known.',
  },
  webhook_unavailable: {
    detected: 'An admission webhook that must answer cannot be called, so pods are refused.',
    from: [
      'event `FailedCreate`: `failed calling webhook`',
      'ValidatingWebhookConfiguration and MutatingWebhookConfiguration (failurePolicy, service)',
      'the Deployment behind its Service',
    ],
    suggests: ['scale', 'escalate'],
    limits:
      'Why its backend does not answer is known only where it is scaled to zero or has findings of its own. The webhook is never removed.',
  },
  webhook_denied: {
    detected: 'An admission webhook denies the pods.',
    from: ['event `FailedCreate`: `admission webhook "..." denied the request`'],
    suggests: ['rollback', 'escalate'],
    limits: 'The policy is known by its message alone.',
  },
  pod_security_violation: {
    detected: 'Pod security admission refuses the pods.',
    from: ['event `FailedCreate`: `violates PodSecurity "..."`'],
    suggests: ['rollback', 'custom_instruction'],
    limits: 'The profile of the namespace is never relaxed.',
  },
  creation_refused: {
    detected: 'The API server refuses to create pods, and no other rule knows the reason.',
    from: ['event `FailedCreate`', '.status.conditions[type=ReplicaFailure]'],
    suggests: ['escalate'],
    limits: 'A missing service account or priority class is told by its own finding.',
  },
  quota_near_limit: {
    detected: 'A resource quota is used up to 90 % or more.',
    from: ['ResourceQuota `.status.hard` and `.status.used`'],
    suggests: [],
    limits: 'Told for information only: a full quota may be meant so, and nothing was refused for it.',
  },
} as const satisfies MechanismNotes
