import { describe, expect, it } from 'vitest'
import { Decision } from '#src/domain/decision.ts'
import { collectSecrets } from '#src/redaction/collect-secrets.ts'
import { investigateRecorded } from '#test/helpers/recorded-investigation.ts'
import { recordedSnapshot, scenarioNames } from '#test/helpers/recorded-snapshot.ts'

/* What holds for every decision, whatever the incident. Whether it is right is the grader's business. */

describe.each(scenarioNames())('scenarios/recorded-incidents %s', (name) => {
  it('makes a decision that is complete, grounded, harmless and free of secrets', async () => {
    const decision = await investigateRecorded(name)
    expect(Decision.safeParse(decision).error).toBeUndefined()
    const known = new Set(decision.evidence.map((fact) => fact.id))
    const cited = [
      ...decision.root_causes.flatMap((root) => root.evidence),
      ...decision.recommended_actions.flatMap((action) => Object.values(action.params_from)),
    ]
    expect(cited.filter((id) => !known.has(id))).toEqual([])
    expect(decision.root_causes.length > 0).toBe(decision.outcome === 'issue')
    expect(decision.root_causes.filter(({ evidence }) => evidence.length === 0)).toEqual([])
    expect(decision.recommended_actions.length > 0).toBe(decision.outcome === 'issue')
    expect(decision.recommended_actions.filter(({ guard }) => guard.verdict === 'deny')).toEqual([])
    const unasked = decision.recommended_actions.filter(
      ({ guard, approval }) => approval.required !== (guard.verdict === 'needs_approval'),
    )
    expect(unasked).toEqual([])
    const text = JSON.stringify(decision)
    expect(collectSecrets(recordedSnapshot(name)).filter((secret) => text.includes(secret))).toEqual([])
  })
})
