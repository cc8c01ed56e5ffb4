import { describe, expect, it } from 'vitest'
import { unseenFamilies } from '#test/helpers/unseen-cluster/families.ts'
import { askedByEvent, investigateUnseen } from '#test/helpers/unseen-cluster/investigate-unseen.ts'
import { judgeAnswer } from '#test/helpers/unseen-cluster/judge-answer.ts'

/* Incidents that were made up from what clusters do, not recorded: the whole pipeline must be right about them as well. */

describe.each(Object.entries(unseenFamilies))('scenarios/unseen-cluster %s', (_family, cases) => {
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
