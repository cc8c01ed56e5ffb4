import { describe, expect, it } from 'vitest'
import { vocabulary } from '#agents/vocabulary.ts'
import { createVocabulary, type MechanismDeclaration } from '#src/rules/kit/mechanisms.ts'

const { entries } = vocabulary
const changed = (name: 'oom_killed' | 'rollout_paused', more: Partial<MechanismDeclaration>) => ({
  ...entries,
  [name]: { ...entries[name], ...more },
})

describe('src/rules/kit/mechanisms', () => {
  it('follows relations within a layer to their end', () => {
    expect(entries.container_crash.explains).not.toHaveProperty('replicas_unavailable')
    expect(vocabulary.outranks('container_crash', 'replicas_unavailable')).toBe(true)
  })

  it('refuses a relation to another layer, which the layers already decide', () => {
    expect(() => createVocabulary(changed('oom_killed', { explains: { container_crash: 'because' } }))).toThrow(
      'another layer',
    )
  })

  it('refuses a circle', () => {
    const circle = changed('oom_killed', { explains: { rollout_paused: 'because' } })
    const entry = { ...circle.rollout_paused, explains: { oom_killed: 'because' } }
    expect(() => createVocabulary({ ...circle, rollout_paused: entry })).toThrow('explains itself')
  })
})
