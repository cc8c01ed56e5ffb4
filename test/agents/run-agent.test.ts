import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Agent, Mind, MindContext, MindStep } from '#agents/agent.ts'
import { runAgent } from '#agents/run-agent.ts'
import { createToolRegistry } from '#tools/registry.ts'
import type { Tool } from '#tools/tool.ts'
import { agentDeps } from '#test/helpers/agent-deps.ts'

type Answer = { verdict: string }
type Next = (context: MindContext<string>) => MindStep<Answer> | Promise<MindStep<Answer>>

const say = (verdict: string): MindStep<Answer> => ({ kind: 'output', output: { verdict }, said: verdict })
const agentOf = (next: Next, more: Partial<Agent<string, Answer>> = {}): Agent<string, Answer> => ({
  name: 'judge',
  description: 'Judges.',
  tools: ['look'],
  handoffs: ['colleague'],
  output: z.object({ verdict: z.string() }),
  rules: { name: 'rules', next },
  ...more,
})
const input = { brief: 'a brief', results: [], findings: [] }
const calls = (...tools: string[]): MindStep<Answer> => ({
  kind: 'tool_calls',
  calls: tools.map((tool) => ({ tool, input: { at: 'pod' } })),
})

const look: Tool<{ at: string }, string> = {
  name: 'look',
  description: 'Looks.',
  effect: 'read',
  input: z.object({ at: z.string() }),
  timeout_ms: 1000,
  run: async ({ at }) => ({
    output: `saw ${at}`,
    evidence: [
      {
        source: 'log',
        statement: 'password=hunter22',
        observed_at: '2026-01-01T00:00:00Z',
        trust: 'workload_text',
        ref: { event: { uid: 'u1' } },
      },
    ],
    gaps: [],
  }),
}
const registry = createToolRegistry().register(look)

const model = (next: Mind<unknown, unknown>['next']) => () => ({ name: 'scripted-model', next })

describe('agents/run-agent', () => {
  it('gives the mind the outcomes of its calls, with evidence in the ledger', async () => {
    const agent = agentOf(({ turn, results }) => (turn === 1 ? calls('look', 'look') : say(String(results[1]?.output))))
    const deps = agentDeps({ registry })
    const result = await runAgent(agent, input, deps)
    expect(result).toMatchObject({
      kind: 'output',
      output: { verdict: 'saw pod' },
      mind: 'rules',
      turns: 2,
      tool_calls: 2,
    })
    expect(result.results.map((outcome) => outcome.evidence)).toEqual([['ev_1'], ['ev_1']])
  })

  it.each([
    ['a tool that is not the agent’s', 'write_something', 'judge has no such tool'],
    ['a tool that is not registered', 'look', 'there is no such tool'],
  ])('shows the mind the refusal of %s and goes on', async (_what, tool, why) => {
    const agent = agentOf(({ turn, results }) => (turn === 1 ? calls(tool) : say(results[0]?.gaps[0]?.why ?? '')))
    const result = await runAgent(agent, input, agentDeps())
    expect(result).toMatchObject({ kind: 'output', output: { verdict: why }, gaps: [] })
  })

  it('reports a look that failed as a gap', async () => {
    const broken = createToolRegistry().register({ ...look, run: () => Promise.reject(new Error('503')) })
    const agent = agentOf(({ turn }) => (turn === 1 ? calls('look') : say('done')))
    const result = await runAgent(agent, input, agentDeps({ registry: broken }))
    expect(result.gaps).toMatchObject([{ why: '503' }])
  })

  it('runs at most four calls at once and keeps their order', async () => {
    let running = 0
    let most = 0
    const slow: Tool<{ at: string }, number> = {
      ...look,
      async run() {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        return { output: running--, evidence: [], gaps: [] }
      },
    }
    const agent = agentOf(({ turn }) => (turn === 1 ? calls(...Array.from({ length: 12 }, () => 'look')) : say('done')))
    const result = await runAgent(agent, input, agentDeps({ registry: createToolRegistry().register(slow) }))
    expect(most).toBe(4)
    expect(result.results).toHaveLength(12)
  })

  it('proposes instead of writing', async () => {
    const write = createToolRegistry().register({ ...look, effect: 'write' as const })
    const agent = agentOf(({ turn }) => (turn === 1 ? calls('look') : say('done')))
    const result = await runAgent(agent, input, agentDeps({ registry: write }))
    expect(result.results[0]?.output).toEqual({ proposal: { tool: 'look', input: { at: 'pod' } } })
  })

  it('passes a handoff on, with its reason and request', async () => {
    const agent = agentOf(() => ({ kind: 'handoff', to: 'colleague', reason: 'more needed', request: { tail: 5 } }))
    expect(await runAgent(agent, input, agentDeps())).toMatchObject({
      kind: 'handoff',
      to: 'colleague',
      reason: 'more needed',
      request: { tail: 5 },
    })
  })

  it.each<[string, Next]>([
    ['hand off to a stranger', () => ({ kind: 'handoff', to: 'stranger', reason: '', request: {} })],
    ['never come to an answer', () => calls('look')],
  ])('throws where rules %s', async (_what, next) => {
    await expect(runAgent(agentOf(next), input, agentDeps({ registry }))).rejects.toThrow(/judge/)
  })

  describe('with a model', () => {
    const agent = agentOf(() => say('by rules'))

    it('asks the same question, with the rules’ answer in it, and takes what it says', async () => {
      const mind_for = model((context) =>
        say(`refined ${JSON.stringify(context.rules_answer)} of ${String(context.brief)}`),
      )
      const result = await runAgent(agent, input, agentDeps({ mind_for }))
      expect(result).toMatchObject({
        mind: 'scripted-model',
        output: { verdict: 'refined {"verdict":"by rules"} of a brief' },
        rules_output: { verdict: 'by rules' },
        turns: 2,
      })
    })

    it('lets it look for itself', async () => {
      const mind_for = model(({ results }) => (results.length === 0 ? calls('look') : say(String(results[0]?.output))))
      expect(await runAgent(agent, input, agentDeps({ mind_for, registry }))).toMatchObject({
        output: { verdict: 'saw pod' },
      })
    })

    it.each<[string, Mind<unknown, unknown>['next']]>([
      ['errs', () => Promise.reject(new Error('overloaded'))],
      ['answers nonsense', () => ({ kind: 'output', output: { words: 7 }, said: '' })],
      ['never ends', () => calls('look')],
      ['stays silent', () => new Promise<never>(() => undefined)],
      ['hands off to a stranger', () => ({ kind: 'handoff', to: 'stranger', reason: '', request: {} })],
    ])('falls back to the rules and says so when it %s', async (_what, next) => {
      const deps = agentDeps({ mind_for: model(next), registry, mind_timeout_ms: 20 })
      const result = await runAgent(agent, input, deps)
      expect(result).toMatchObject({ kind: 'output', mind: 'rules', output: { verdict: 'by rules' } })
      expect(result.kind === 'output' && result.said).toMatch(/by rules \(scripted-model gave no usable answer: .+\)/)
    })
  })
})
