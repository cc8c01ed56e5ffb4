import { describe, expect, it } from 'vitest'
import { memberOptions, updateFrom, workOf } from '#teams/team.ts'

const spent = { results: [], turns: 2, tool_calls: 3, gaps: [] }

describe('teams/team', () => {
  it('carries what people are shown of an agent with its node, and nothing else', () => {
    const agent = { name: 'guard', description: 'judges', tools: ['a'], handoffs: ['b'], secret: 'x' }
    expect(memberOptions(agent)).toEqual({
      metadata: { member: { name: 'guard', description: 'judges', tools: ['a'], handoffs: ['b'] } },
    })
  })

  it('notes what an agent said, by which mind, and what it spent', () => {
    const said = 'x'.repeat(400)
    const update = updateFrom('log', { ...spent, kind: 'output', output: {}, said, mind: 'a-model' })
    expect(update).toEqual({
      results: [],
      turns: 2,
      tool_calls: 3,
      agents: [{ name: 'log', mind: 'a-model', said: said.slice(0, 300) }],
    })
  })

  it('notes a handoff with its reason', () => {
    const { agents } = updateFrom('log', { ...spent, kind: 'handoff', to: 'query', reason: 'too short', request: {} })
    expect(agents).toEqual([{ name: 'log', mind: 'rules', said: 'hands off to query: too short' }])
  })

  it('refuses to run without its work', () => {
    expect(workOf('log', { context: { work: 7 } })).toBe(7)
    expect(() => workOf('log', {})).toThrow('SRE_TEAMS_NO_CONTEXT')
  })
})
