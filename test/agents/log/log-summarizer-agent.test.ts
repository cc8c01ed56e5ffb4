import { describe, expect, it } from 'vitest'
import type { MindContext, ToolOutcome } from '#agents/agent.ts'
import { logSummarizerAgent, type SummaryBrief } from '#agents/log/log-summarizer-agent.ts'
import { logIncident } from '#test/helpers/log-incident.ts'

const outcome = (text: string, truncated = false, input: object = {}): ToolOutcome => ({
  call: {
    tool: 'query_logs',
    input: { namespace: 'shop', pod: 'api-0', container: 'main', previous: false, tail_lines: 300, ...input },
  },
  output: { status: 'read', lines: text.split('\n').map((line) => ({ text: line })), truncated },
  evidence: [],
  gaps: [],
})

function ask(results: ToolOutcome[], may_ask_again = true) {
  const context: MindContext<SummaryBrief> = {
    brief: { may_ask_again },
    results,
    evidence: { get: () => undefined },
    view: logIncident().view,
    findings: [],
    turn: 1,
    signal: new AbortController().signal,
  }
  return logSummarizerAgent.rules.next(context)
}

describe('agents/log/log-summarizer-agent', () => {
  it('reduces a log to its kinds of lines', async () => {
    const step = await ask([outcome('INFO tick 1\nINFO tick 2\nERROR no plan')])
    const output = step.kind === 'output' ? step.output : { logs: [] }
    expect(output.logs).toMatchObject([{ lines: 3, errors: 1, templates: [{ count: 2 }, { count: 1 }] }])
    expect(logSummarizerAgent.output.safeParse(output).success).toBe(true)
  })

  it('hands back with a deeper fetch where the log was cut before any error', async () => {
    expect(await ask([outcome('INFO tick', true)])).toMatchObject({
      kind: 'handoff',
      to: 'loki_query',
      request: { requests: [{ pod: 'api-0', tail_lines: 3000 }] },
    })
  })

  it('asks for the whole log where a deeper fetch held no error either, and once only', async () => {
    const deeper = outcome('INFO tick', true, { tail_lines: 3000 })
    const asked = await ask([deeper])
    expect(asked).toMatchObject({ kind: 'handoff', request: { requests: [{ pod: 'api-0', whole: true }] } })
    const scan = { lines: 9, errors: 2, kinds: 1, templates: [], windows: [], dropped_windows: 0, first_error_at: 'x' }
    const whole: ToolOutcome = { ...deeper, output: { status: 'read', complete: true, bytes: 1, scan } }
    const call = { ...deeper.call, tool: 'scan_logs' }
    const step = await ask([deeper, { ...whole, call }])
    expect(step).toMatchObject({ kind: 'output', output: { logs: [{ lines: 9, errors: 2, first_error_at: 'x' }] } })
  })

  it.each([
    ['an error is among the lines', outcome('ERROR no plan', true), true],
    ['the log was read to its beginning', outcome('INFO tick'), true],
    ['the team has no fetch left', outcome('INFO tick', true), false],
  ])('is content where %s', async (_, result, mayAsk) => {
    expect((await ask([result], mayAsk)).kind).toBe('output')
  })
})
