import { describe, expect, it } from 'vitest'
import type { Diagnosis } from '#agents/diagnosis-agent.ts'
import type { LeaderState } from '#src/orchestrator/leader-state.ts'
import { relevantGaps } from '#src/orchestrator/relevant-gaps.ts'
import { finding } from '#test/helpers/build-finding.ts'

const gap = (what: string) => ({ what, why: '403', needs: `list ${what}` })
const diagnosis: Diagnosis = {
  roots: [],
  chain: [],
  unexplained: [],
  outcome: 'issue',
  summary: '',
  confidence: 0.9,
  look_at: [],
}
const state = (change: Partial<Diagnosis>): LeaderState => ({
  looks: 1,
  look_at: [],
  looked_at: {},
  classification: undefined,
  findings: {},
  teams_asked: [],
  reports: {
    log: { team: 'log', agents: [], gaps: [gap('logs')] },
    metric: { team: 'metric', agents: [], gaps: [gap('metrics')] },
  },
  gaps: { a: gap('secrets') },
  diagnosis: { ...diagnosis, ...change },
  disagreement: false,
  turns: 0,
  tool_calls: 0,
  tokens: 0,
  critical_error: false,
  stopped_by: undefined,
  concluded: false,
})

function told(change: Partial<Diagnosis>, root: 'missing_env' | 'oom_killed' = 'missing_env'): string[] {
  const asked = { metric: [{ mechanism: 'oom_killed' }], confidence_threshold: 0.8 }
  return relevantGaps(state(change), [finding('f_1', { mechanism: root })], asked).map((entry) => entry.what)
}

describe('src/orchestrator/relevant-gaps', () => {
  it.each<[string, string[], string[]]>([
    ['what the picture lacks, always', told({}), ['secrets']],
    ['logs, where the diagnosis is not confident', told({ confidence: 0.5 }), ['secrets', 'logs']],
    ['logs, where a symptom is unexplained', told({ unexplained: ['f_2'] }), ['secrets', 'logs']],
    ['logs, where there is no verdict', told({ outcome: 'unknown' }), ['secrets', 'logs']],
    ['metrics, where they bear on the root', told({}, 'oom_killed'), ['secrets', 'metrics']],
  ])('tells %s', (_what, gaps, expected) => {
    expect(gaps).toEqual(expected)
  })
})
