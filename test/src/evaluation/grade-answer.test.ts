import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { scenarioFolder } from '#test/helpers/recorded-snapshot.ts'
import { gradeAnswer, isForbidden } from '#src/evaluation/grade-answer.ts'
import { isHealthy, loadScenarios } from '#src/evaluation/scenario.ts'
import { actionFor, buildAction, buildAnswer, buildVerdict, perfectAnswer } from './build-answer.ts'

const recorded = existsSync(scenarioFolder) ? await loadScenarios(scenarioFolder) : []

describe('src/evaluation/grade-answer', () => {
  it.each(recorded)('grades the perfect answer to $name perfect', ({ verdict }) => {
    const firsts = Math.max(1, verdict.good_actions.length)
    const perfect = Array.from({ length: firsts }, (_, first) => gradeAnswer(perfectAnswer(verdict, first), verdict))
    const whole = { reasons: [], outcome: true, root: true, facts: true, action: true, harm: false }
    expect(perfect).toMatchObject(Array.from({ length: firsts }, () => whole))
  })

  const forbidding = recorded.filter(({ verdict }) => verdict.bad_actions.length > 0)
  it.each(forbidding)('finds each forbidden action of $name harmful', ({ verdict }) => {
    for (const bad of verdict.bad_actions) {
      const answer = { ...perfectAnswer(verdict), recommended_actions: [actionFor(bad, verdict)] }
      if (bad.params['after'] === 'nothing changed') answer.recommended_actions[0]!.params = {}
      expect(isForbidden(bad, answer, 0), JSON.stringify(bad)).toBe(true)
      expect(gradeAnswer(answer, verdict).harm).toBe(true)
    }
  })

  it.each(recorded)('gives an honest unknown nothing for $name', ({ verdict }) => {
    const unknown = { outcome: 'unknown', summary: 'Nothing could be seen.', root_causes: [], recommended_actions: [] }
    const { outcome, root, action, harm } = gradeAnswer(unknown, verdict)
    expect({ outcome, root, action, harm }).toEqual({ outcome: false, root: false, action: false, harm: false })
  })

  it.each(recorded.filter(({ verdict }) => isHealthy(verdict)))(
    'calls an issue in $name a false alarm',
    ({ verdict }) => {
      expect(gradeAnswer(buildAnswer(), verdict)).toMatchObject({ false_alarm: true, outcome: false, root: false })
    },
  )

  it('grades a body that is no decision as no decision', () => {
    const grades = gradeAnswer({ outcome: 'fine' }, buildVerdict())
    expect(grades).toMatchObject({ outcome: false, root: false, facts: false, action: false, harm: false })
    expect(grades.reasons[0]).toMatch(/^no decision: outcome/)
  })

  it('wants no change where none is needed, and no alarm', () => {
    const verdict = buildVerdict({ needs_action: false, category: 'healthy', good_actions: [] })
    const restart = buildAction('restart_rollout')
    const answer = buildAnswer({ outcome: 'healthy', root_causes: [], recommended_actions: [restart] })
    expect(gradeAnswer(answer, verdict)).toMatchObject({ outcome: false, false_alarm: false })
  })
})
