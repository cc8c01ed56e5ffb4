import { admissionCases } from './admission.ts'
import { autoscalingCases } from './autoscaling.ts'
import { complaintCases } from './complaints.ts'
import { controllerCases } from './controllers.ts'
import { deletionCases } from './deletion.ts'
import { jobCases } from './jobs.ts'
import { mixedCases } from './mixed.ts'
import { networkCases } from './network.ts'
import { nodeCases } from './nodes.ts'
import { ownershipCases } from './ownership.ts'
import { platformCases } from './platform.ts'
import { restCases } from './rest.ts'
import { routeCases } from './routes.ts'
import { schedulingCases } from './scheduling.ts'
import { storageCases } from './storage.ts'
import type { UnseenCase } from './unseen-case.ts'
import { variantCases } from './variants.ts'

/** Every made-up incident by family. */
export const unseenFamilies: Record<string, UnseenCase[]> = {
  scheduling: schedulingCases,
  storage: storageCases,
  controllers: controllerCases,
  jobs: jobCases,
  admission: admissionCases,
  network: networkCases,
  autoscaling: autoscalingCases,
  nodes: nodeCases,
  deletion: deletionCases,
  mixed: mixedCases,
  variants: variantCases,
  rest: restCases,
  complaints: complaintCases,
  routes: routeCases,
  platform: platformCases,
  ownership: ownershipCases,
}
