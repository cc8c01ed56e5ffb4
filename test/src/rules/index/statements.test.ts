import { describe, expect, it } from 'vitest'
import { kubernetesRules } from '#src/rules/index.ts'
import { clusterView } from '#test/helpers/build-cluster.ts'
import { recordedView, scenarioNames } from '#test/helpers/recorded-snapshot.ts'
import { sampleStatements } from '#test/helpers/sample-statements.ts'
import { unseenFamilies } from '#test/helpers/unseen-cluster/families.ts'

/* The prose of the rules, in one place. After a change of wording: `npx vitest run test/src/rules/index -u`, and read the difference. */

describe('src/rules/index statements', () => {
  it('states what the rules find in the recorded and the made-up incidents', async () => {
    const recorded = scenarioNames('practice/incidents').map((name) => recordedView(name, 'practice/incidents'))
    const unseen = Object.values(unseenFamilies).flatMap((cases) =>
      cases.map((each) => clusterView(each.objects, { events: each.events ?? [], unseen: each.unseen ?? [] })),
    )
    const findings = [...recorded, ...unseen].flatMap((view) => kubernetesRules.flatMap((rule) => rule.find(view)))
    await expect(sampleStatements(findings)).toMatchFileSnapshot('../__snapshots__/statements.txt')
  })
})
