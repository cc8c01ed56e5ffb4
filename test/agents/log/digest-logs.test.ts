import { describe, expect, it } from 'vitest'
import type { MindContext, ToolOutcome } from '#agents/agent.ts'
import { digestLogs } from '#agents/log/digest-logs.ts'
import { logPatternAgent } from '#agents/log/log-pattern-agent.ts'
import { runAgent } from '#agents/run-agent.ts'
import { createEvidenceLedger } from '#agents/evidence-ledger.ts'
import { createToolRegistry } from '#tools/registry.ts'
import { logIncident } from '#test/helpers/log-incident.ts'
import { noiseLines } from '#test/helpers/noise-lines.ts'

const outcome = (output: object, pod = 'api-0'): ToolOutcome => ({
  call: { tool: 'query_logs', input: { namespace: 'shop', pod, container: 'main', previous: false, tail_lines: 3000 } },
  output,
  evidence: [],
  gaps: [],
})
const noise = noiseLines(2500, 3)
const lines = [...noise, 'FATAL LEDGER_URL must be set'].map((text) => ({ text }))

describe('agents/log/digest-logs', () => {
  it('tells the decisive lines, and of each log that is not there why', () => {
    const text = digestLogs(
      [
        outcome({ status: 'read', lines, truncated: true }),
        outcome({ status: 'empty', why: 'nothing was printed' }, 'api-1'),
        outcome({ status: 'failed', gap: { what: '', why: '403 Forbidden', needs: '' } }, 'api-2'),
      ],
      [],
    )
    expect(text).toContain('LEDGER_URL must be set')
    expect(text).toContain('== api-0/main: 2501 lines, the newest of more')
    expect(text).toContain('== api-1/main: no log (nothing was printed)')
    expect(text).toContain('== api-2/main: no log (403 Forbidden)')
    expect(text.length).toBeLessThan(lines.map((line) => line.text).join('\n').length / 10)
  })

  it('is what a model is given by the runner, in place of the lines', async () => {
    const seen: MindContext<unknown>[] = []
    const model = {
      name: 'model',
      next: (context: MindContext<unknown>) => {
        seen.push(context)
        return { kind: 'output' as const, output: context.rules_answer, said: 'as the rules say' }
      },
    }
    const result = await runAgent(
      logPatternAgent,
      {
        brief: { may_ask_again: false },
        results: [outcome({ status: 'read', lines, truncated: false })],
        findings: [],
      },
      {
        registry: createToolRegistry(),
        ledger: createEvidenceLedger((text) => text),
        view: logIncident().view,
        signal: new AbortController().signal,
        max_turns: 3,
        mind_for: () => model,
      },
    )
    expect(result).toMatchObject({ kind: 'output', mind: 'model' })
    expect(seen[0]?.digest).toContain('LEDGER_URL must be set')
    expect(seen[0]?.results).toMatchObject([{ call: { tool: 'query_logs' } }])
    expect(JSON.stringify(seen[0]?.results)).not.toContain('LEDGER_URL')
  })
})
