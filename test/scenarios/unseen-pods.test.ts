import { describe, expect, it } from 'vitest'
import { calmNamespaces } from '#test/helpers/unseen/calm.ts'
import { changeIncidents } from '#test/helpers/unseen/changes.ts'
import { configIncidents } from '#test/helpers/unseen/config.ts'
import { crashIncidents } from '#test/helpers/unseen/crashes.ts'
import { dependencyIncidents } from '#test/helpers/unseen/dependencies.ts'
import { gradeUnseen } from '#test/helpers/unseen/grade-unseen.ts'
import { borrowedTag, imageIncidents } from '#test/helpers/unseen/images.ts'
import { investigateUnseen } from '#test/helpers/unseen/incident.ts'
import { oddIncidents } from '#test/helpers/unseen/oddities.ts'
import { probeIncidents } from '#test/helpers/unseen/probes.ts'
import { rolloutIncidents } from '#test/helpers/unseen/rollouts.ts'

/*
 * Faults of pods that were never recorded, built as a cluster shows them, through the whole pipeline.
 */

const families = {
  images: [...imageIncidents, borrowedTag],
  configuration: configIncidents,
  crashes: crashIncidents,
  probes: probeIncidents,
  'changes, jobs and evictions': changeIncidents,
  dependencies: dependencyIncidents,
  'odd shapes': oddIncidents,
  rollouts: rolloutIncidents,
  'calm namespaces': calmNamespaces,
}

describe('scenarios: unseen faults of pods', () => {
  for (const [family, incidents] of Object.entries(families)) {
    describe(family, () => {
      it.each(incidents.map((incident) => [incident.name, incident] as const))('%s', async (_, incident) => {
        const decision = await investigateUnseen(incident)
        expect(gradeUnseen(decision, incident.right)).toEqual([])
      })
    })
  }

  it('asks the owner to confirm a tag that is known only from elsewhere', async () => {
    const decision = await investigateUnseen(borrowedTag)
    const [first] = decision.recommended_actions
    expect(first?.params).toMatchObject({ image: 'registry.corp.example:5000/billing/api:3.1.9' })
    expect(first?.needs.map(({ param }) => param)).toContain('image')
  })
})
