import { describe, expect, it } from 'vitest'
import { worstFindings } from '#src/orchestrator/nodes/diagnose.ts'
import { finding } from '#test/helpers/build-finding.ts'

describe('src/orchestrator/nodes/diagnose', () => {
  it('keeps all of an ordinary number, as they are', () => {
    const findings = [finding('f_1', { severity: 'low' }), finding('f_2', { severity: 'critical' })]
    expect(worstFindings(findings)).toBe(findings)
  })

  it('keeps the most severe of a disaster', () => {
    const findings = Array.from({ length: 1000 }, (_, index) =>
      finding(`f_${index}`, { severity: index === 999 ? 'critical' : 'medium' }),
    )
    const kept = worstFindings(findings)
    expect(kept).toHaveLength(300)
    expect(kept[0]?.id).toBe('f_999')
  })
})
