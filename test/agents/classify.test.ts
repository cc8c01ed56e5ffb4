import { describe, expect, it } from 'vitest'
import { classify } from '#agents/classify.ts'
import { findingDraft } from '#test/helpers/build-finding.ts'

const asked = { kind: 'Namespace', name: 'shop' }

describe('agents/classify', () => {
  it('takes category and service from the leading finding and the severity from the worst', () => {
    const leading = findingDraft({ mechanism: 'quota_exceeded', severity: 'medium' })
    expect(classify(leading, [leading, findingDraft({ severity: 'critical' })], asked)).toEqual({
      category: 'admission',
      severity: 'P1',
      service: 'api',
      confidence: 0.9,
    })
  })

  it('says that there is nothing where nothing was found', () => {
    expect(classify(undefined, [], asked)).toMatchObject({ category: 'none', severity: 'P5', service: 'shop' })
  })
})
