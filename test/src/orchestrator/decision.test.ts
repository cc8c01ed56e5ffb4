import { describe, expect, it } from 'vitest'
import type { Diagnosis } from '#agents/diagnosis-agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import { relevantGaps } from '#src/orchestrator/decision.ts'
import type { LeaderState } from '#src/orchestrator/state.ts'
import { finding } from '#test/helpers/build-finding.ts'

const gap = (what: string) => ({ what, why: '403', needs: `list ${what}` })
const question: MetricQuestion = {
  namespace: 'shop',
  workload: { kind: 'Deployment', namespace: 'shop', name: 'api' },
  pods: [],
  metric: 'memory_working_set',
  mechanism: 'oom_killed',
}
const diagnosis: Diagnosis = {
  roots: [],
  chain: [],
  unexplained: [],
  outcome: 'issue',
  summary: '',
  confidence: 0.9,
  to_observe: [],
}
const state = (change: Partial<Diagnosis>): LeaderState => ({
  observations: 1,
  to_observe: [],
  observed: {},
  classification: undefined,
  findings: {},
  teams_asked: [],
  asked_unwell: false,
  metric_questions: [question],
  measurements: {},
  actions: [],
  timings: {},
  stored_steps: [],
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

function reported(change: Partial<Diagnosis>, root: 'missing_env' | 'oom_killed' = 'missing_env'): string[] {
  return relevantGaps(state(change), [finding('f_1', { mechanism: root })], 0.8).map((entry) => entry.what)
}

describe('src/orchestrator/decision', () => {
  it.each<[string, string[], string[]]>([
    ['what the picture lacks, always', reported({}), ['secrets']],
    ['logs, where the diagnosis is not confident', reported({ confidence: 0.5 }), ['secrets', 'logs']],
    ['logs, where a symptom is unexplained', reported({ unexplained: ['f_2'] }), ['secrets', 'logs']],
    ['logs, where there is no verdict', reported({ outcome: 'unknown' }), ['secrets', 'logs']],
    ['metrics, where they bear on the root', reported({}, 'oom_killed'), ['secrets', 'metrics']],
  ])('reports %s', (_what, gaps, expected) => {
    expect(gaps).toEqual(expected)
  })
})
