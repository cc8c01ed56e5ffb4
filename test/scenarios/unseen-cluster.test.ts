import { describe, expect, it } from 'vitest'
import { admissionCases } from '#test/helpers/unseen-cluster/admission.ts'
import { autoscalingCases } from '#test/helpers/unseen-cluster/autoscaling.ts'
import { complaintCases } from '#test/helpers/unseen-cluster/complaints.ts'
import { controllerCases } from '#test/helpers/unseen-cluster/controllers.ts'
import { deletionCases } from '#test/helpers/unseen-cluster/deletion.ts'
import { askedByEvent, investigateUnseen } from '#test/helpers/unseen-cluster/investigate-unseen.ts'
import { jobCases } from '#test/helpers/unseen-cluster/jobs.ts'
import { judgeAnswer } from '#test/helpers/unseen-cluster/judge-answer.ts'
import { mixedCases } from '#test/helpers/unseen-cluster/mixed.ts'
import { networkCases } from '#test/helpers/unseen-cluster/network.ts'
import { nodeCases } from '#test/helpers/unseen-cluster/nodes.ts'
import { ownershipCases } from '#test/helpers/unseen-cluster/ownership.ts'
import { platformCases } from '#test/helpers/unseen-cluster/platform.ts'
import { restCases } from '#test/helpers/unseen-cluster/rest.ts'
import { routeCases } from '#test/helpers/unseen-cluster/routes.ts'
import { schedulingCases } from '#test/helpers/unseen-cluster/scheduling.ts'
import { storageCases } from '#test/helpers/unseen-cluster/storage.ts'
import type { UnseenCase } from '#test/helpers/unseen-cluster/unseen-case.ts'
import { variantCases } from '#test/helpers/unseen-cluster/variants.ts'

/* Incidents that were made up from what clusters do, not recorded: the whole pipeline must be right about them as well. */

const families: Record<string, UnseenCase[]> = {
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

describe.each(Object.entries(families))('scenarios/unseen-cluster %s', (_family, cases) => {
  it.each(cases.map((each) => [each.name, each] as const))('is right about %s', async (_name, wanted) => {
    expect(judgeAnswer(await investigateUnseen(wanted), wanted)).toEqual([])
  })

  const told = cases.flatMap((each) => {
    const ask = askedByEvent(each)
    return ask ? [[each.name, each, ask] as const] : []
  })
  it.each(told)('is as right when the newest warning asks about %s', async (_name, wanted, ask) => {
    expect(judgeAnswer(await investigateUnseen(wanted, ask), wanted)).toEqual([])
  })
})
