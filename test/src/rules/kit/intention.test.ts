import { describe, expect, it } from 'vitest'
import { intentionNote } from '#src/rules/kit/intention.ts'
import { clusterView, configMap } from '#test/helpers/build-cluster.ts'

const judge = (annotations: Record<string, string>): string | undefined => {
  const object = configMap('any')
  object.metadata.annotations = annotations
  return intentionNote(clusterView([object]), object)
}

describe('src/rules/kit/intention', () => {
  it.each<Record<string, string>>([
    { 'acme.io/note': 'suspended on purpose during the migration' },
    { 'acme.io/scaled-down-reason': 'cost' },
    { 'acme.io/suspended-by': 'maria' },
    { 'acme.io/paused-until': '2026-12-24' },
    { description: 'kept at zero replicas; started by hand before a load test' },
  ])('takes the word of a person: %j', (annotations) => {
    expect(judge(annotations)).toBe(Object.values(annotations)[0])
  })

  it.each<Record<string, string>>([
    {},
    { 'kubectl.kubernetes.io/last-applied-configuration': '{"spec": {"replicas": 0}} suspended' },
    { 'acme.io/contact': 'the billing team' },
    { 'acme.io/suspended': 'true' },
    { 'acme.io/note': 'suspended until 2026-02-01' },
    { 'acme.io/paused-until': '2026-03-03' },
  ])('does not take for a note what says nothing or is over: %j', (annotations) => {
    expect(judge(annotations)).toBeUndefined()
  })
})
