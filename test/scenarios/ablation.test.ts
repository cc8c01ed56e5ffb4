import { describe, expect, it } from 'vitest'
import { gradeAnswer } from '#src/evaluation/grade-answer.ts'
import { loadScenarios } from '#src/evaluation/scenario.ts'
import type { TeamName } from '#src/orchestrator/context.ts'
import { investigateRecorded } from '#test/helpers/recorded-investigation.ts'
import { scenarioFolder } from '#test/helpers/recorded-snapshot.ts'

/*
 * Each team is switched off in turn: which recorded incidents are then no longer solved? A team whose absence changes nothing is
 * not done. The recordings hold no measurements, so what the metric team is good for cannot show here; without it nothing may get
 * worse but its gap.
 */

const scenarios = await loadScenarios(scenarioFolder)

async function solved(changes: { disabled_teams?: TeamName[] } = {}): Promise<Set<string>> {
  const names = new Set<string>()
  for (const { name, verdict } of scenarios) {
    const grades = gradeAnswer(await investigateRecorded(name, {}, changes), verdict)
    if (grades.outcome && grades.root && grades.facts && grades.action) names.add(name)
  }
  return names
}

describe('scenarios/ablation', async () => {
  const all = await solved()
  const lostWithout = async (team: TeamName): Promise<string[]> => {
    const left = await solved({ disabled_teams: [team] })
    return [...all].filter((name) => !left.has(name))
  }

  it('solves recorded incidents with all teams', () => {
    expect(all.size).toBeGreaterThan(0)
  })

  it('needs the log team', async () => {
    expect((await lostWithout('log')).length).toBeGreaterThanOrEqual(3)
  })

  it('needs the action team', async () => {
    expect((await lostWithout('action')).length).toBeGreaterThanOrEqual(3)
  })

  it('loses no verdict without the metric team, for no recording holds measurements', async () => {
    expect(await lostWithout('metric')).toEqual([])
  })
})
