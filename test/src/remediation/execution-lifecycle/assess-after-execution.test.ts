import { describe, expect, it } from 'vitest'
import type { Decision } from '#src/domain/decision.ts'
import type { AimedCause } from '#src/domain/execution.ts'
import { assessAfterExecution } from '#src/remediation/execution-lifecycle.ts'
import { buildDecision } from '#test/helpers/build-decision.ts'

const cause = (mechanism: AimedCause['mechanism'], name: string, kind = 'Deployment'): AimedCause => ({
  resource: { kind, namespace: 'shop', name },
  mechanism,
})
const roots = (...causes: AimedCause[]): Decision['root_causes'] =>
  causes.map((each) => ({ ...each, statement: 'so it is', confidence: 0.9, evidence: [] }))
const see = (causes: AimedCause[], decision: Partial<Decision>) =>
  assessAfterExecution({ causes }, buildDecision({ run_id: 'run_2', ...decision }), '2026-11-27T12:00:00Z')

const env = cause('missing_env', 'cart')

describe('src/remediation/execution-lifecycle: observation after it', () => {
  it.each<[string, AimedCause[], Partial<Decision>, string]>([
    ['it is healthy', [env], { outcome: 'healthy', root_causes: [] }, 'gone'],
    ['it has recovered', [env], { outcome: 'recovered', root_causes: [] }, 'gone'],
    ['too little could be seen', [env], { outcome: 'unknown', root_causes: [] }, 'unknown'],
    [
      'too little could be seen, though a cause is named',
      [env],
      { outcome: 'unknown', root_causes: roots(env) },
      'unknown',
    ],
    ['the cause is found again', [env], { root_causes: roots(env) }, 'still_there'],
    ['one of two causes is found again', [cause('oom_killed', 'web'), env], { root_causes: roots(env) }, 'still_there'],
    ['something else is found', [env], { root_causes: roots(cause('oom_killed', 'cart')) }, 'changed'],
    [
      'the same failure is found at another pod, which may be the one that replaced it',
      [cause('oom_killed', 'cart-1', 'Pod')],
      { root_causes: roots(cause('oom_killed', 'cart-2', 'Pod')) },
      'unknown',
    ],
    ['it was aimed at no cause', [], { root_causes: roots(env) }, 'unknown'],
  ])('where %s: of %j it says so', (_case, causes, decision, state) => {
    expect(see(causes, decision)).toMatchObject({ state, run_id: 'run_2', at: '2026-11-27T12:00:00Z' })
  })
})
