import { describe, expect, it } from 'vitest'
import { changeFindings, indexFindings, mergeReport } from '#src/orchestrator/state.ts'
import { finding } from '#test/helpers/build-finding.ts'

describe('src/orchestrator/state', () => {
  it('removes findings that no longer hold and appends those of the new observation', () => {
    const left = indexFindings([finding('f_1'), finding('f_2'), finding('f_3', { found_by: 'log' })])
    const change = { removed: ['f_1', 'f_2'], found: indexFindings([finding('f_2')]) }
    expect(Object.keys(changeFindings(left, change))).toEqual(['f_3', 'f_2'])
  })

  it('summarizes the first findings of a step and names the others', () => {
    const index = indexFindings(Array.from({ length: 60 }, (_, number) => finding(`f_${number}`)))
    expect(index['f_39']).toMatchObject({ mechanism: 'missing_env' })
    expect(index['f_40']).toBeNull()
    expect(Object.keys(index)).toHaveLength(60)
  })

  it('replaces what an agent said before, and keeps every gap', () => {
    const gap = { what: 'a', why: 'b', needs: 'c' }
    const first = mergeReport({}, 'log', [{ name: 'loki_query', mind: 'rules', said: 'one' }], [gap])
    const second = mergeReport(first, 'log', [{ name: 'loki_query', mind: 'rules', said: 'two' }], [gap])
    expect(second['log']).toMatchObject({ agents: [{ said: 'two' }], gaps: [gap, gap] })
  })
})
