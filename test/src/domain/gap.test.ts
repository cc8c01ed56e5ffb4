import { describe, expect, it } from 'vitest'
import { Gap } from '#src/domain/gap.ts'

const gap = { what: 'secrets in namespace shop', why: '403 Forbidden', needs: 'list on secrets in namespace shop' }

describe('src/domain/gap', () => {
  it('says what was not seen, why, and what would close it', () => {
    expect(Gap.parse(gap)).toEqual(gap)
  })

  it.each(['what', 'why', 'needs'])('is none without its %s', (field) => {
    expect(Gap.safeParse({ ...gap, [field]: undefined }).success).toBe(false)
  })
})
