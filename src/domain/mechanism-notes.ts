import type { MechanismName } from './mechanism.ts'
import { accessNotes } from './mechanism-notes/access.ts'
import { admissionNotes } from './mechanism-notes/admission.ts'
import { applicationNotes } from './mechanism-notes/application.ts'
import { autoscalingNotes } from './mechanism-notes/autoscaling.ts'
import { configNotes } from './mechanism-notes/config.ts'
import { deletionNotes } from './mechanism-notes/deletion.ts'
import { imageNotes } from './mechanism-notes/image.ts'
import { jobNotes } from './mechanism-notes/job.ts'
import type { MechanismNote } from './mechanism-notes/mechanism-note.ts'
import { networkNotes } from './mechanism-notes/network.ts'
import { nodeNotes } from './mechanism-notes/node.ts'
import { probeNotes } from './mechanism-notes/probe.ts'
import { resourcesNotes } from './mechanism-notes/resources.ts'
import { rolloutNotes } from './mechanism-notes/rollout.ts'
import { schedulingNotes } from './mechanism-notes/scheduling.ts'
import { storageNotes } from './mechanism-notes/storage.ts'

/** What is known of every mechanism beside its entry in the vocabulary; one that is forgotten does not compile. */
export const mechanismNotes: Readonly<Record<MechanismName, MechanismNote>> = {
  ...applicationNotes,
  ...configNotes,
  ...accessNotes,
  ...imageNotes,
  ...probeNotes,
  ...resourcesNotes,
  ...schedulingNotes,
  ...storageNotes,
  ...rolloutNotes,
  ...jobNotes,
  ...admissionNotes,
  ...networkNotes,
  ...autoscalingNotes,
  ...nodeNotes,
  ...deletionNotes,
}
