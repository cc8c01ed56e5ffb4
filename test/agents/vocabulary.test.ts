import { describe, expect, it } from 'vitest'
import { vocabulary } from '#agents/vocabulary.ts'
import { Mechanism } from '#src/domain/mechanism.ts'
import { logMechanisms } from '#src/logs/mechanisms.ts'
import { kubernetesRules } from '#src/rules/index.ts'

const declared = [...kubernetesRules.flatMap(({ finds }) => Object.keys(finds)), ...Object.keys(logMechanisms)]

describe('agents/vocabulary', () => {
  it('holds every mechanism, declared once', () => {
    expect(declared.toSorted()).toEqual(Mechanism.options.toSorted())
  })

  it('refers in rules only to mechanisms that another rule declares', () => {
    const own = kubernetesRules.flatMap(({ finds, alsoFinds = [] }: Reference) =>
      alsoFinds.filter((name) => name in finds),
    )
    expect(own).toEqual([])
  })

  it.each<[Mechanism, Mechanism]>([
    ['node_not_ready', 'insufficient_resources'],
    ['missing_env', 'container_crash'],
    ['missing_pull_secret', 'image_not_found'],
    ['heap_over_limit', 'oom_killed'],
    ['dependency_unreachable', 'startup_probe_too_short'],
    ['container_crash', 'replicas_unavailable'],
  ])('lets %s explain %s, and never the other way round', (cause, effect) => {
    expect(vocabulary.outranks(cause, effect)).toBe(true)
    expect(vocabulary.outranks(effect, cause)).toBe(false)
    expect(vocabulary.weightOf(cause)).toBeGreaterThan(vocabulary.weightOf(effect))
  })

  it('leaves two faults of one layer without a relation unordered', () => {
    expect(vocabulary.outranks('missing_env', 'bad_command')).toBe(false)
    expect(vocabulary.outranks('bad_command', 'missing_env')).toBe(false)
  })

  it('never lets two mechanisms explain each other', () => {
    const names = Mechanism.options
    const both = names.flatMap((left) =>
      names.filter((right) => vocabulary.outranks(left, right) && vocabulary.outranks(right, left)),
    )
    expect(both).toEqual([])
  })
})

interface Reference {
  finds: object
  alsoFinds?: readonly Mechanism[]
}
