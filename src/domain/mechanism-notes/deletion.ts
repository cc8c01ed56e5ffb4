import type { MechanismNotes } from './mechanism-note.ts'

/** Objects that were deleted and are still there. */
export const deletionNotes = {
  finalizer_blocks_deletion: {
    detected: 'An object is a minute past its deletion time and a finalizer is left; or a namespace does not go away.',
    from: [
      '.metadata.deletionTimestamp and .metadata.finalizers',
      'Namespace `.status.conditions` (what remains, and APIs that do not answer)',
      'pods and templates that mount a protected claim',
    ],
    suggests: ['escalate', 'custom_instruction'],
    limits:
      "Only objects of kinds that are read can be seen. Whether the controller of a finalizer runs is not looked for; taking a finalizer away by hand is the last step and a person's.",
  },
  termination_slow: {
    detected:
      'A deleted pod has been busy for half a minute of its grace period; or it is past it by two and a half minutes, with no finalizer left.',
    from: [
      '.metadata.deletionTimestamp and .metadata.deletionGracePeriodSeconds',
      '.spec.containers[].lifecycle.preStop',
      '.status.containerStatuses[].state.running',
      'the node of the pod',
    ],
    suggests: ['escalate', 'custom_instruction'],
    limits: 'A program that drains its connections as it should looks like one that does not listen to SIGTERM.',
  },
} as const satisfies MechanismNotes
