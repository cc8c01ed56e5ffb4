import { describe, expect, it } from 'vitest'
import type { Decision } from '#src/domain/decision.ts'
import type { Incident } from '#src/domain/signal.ts'
import { endOfRun } from '#src/incidents/run-claim.ts'
import { answerFor } from '#test/helpers/answer-for.ts'

const incident: Incident = {
  id: 'inc_1',
  fingerprint: 'print',
  namespace: 'shop',
  resource: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  problem_class: 'container',
  service: 'web',
  signal_count: 1,
  opened_at: '2026-11-26T12:00:00.000Z',
}
const object = (kind: string, name: string) => ({ kind, namespace: 'shop', name })
const root = (mechanism: 'missing_env' | 'oom_killed', name: string): Decision['root_causes'][number] => ({
  resource: object('Deployment', name),
  mechanism,
  statement: '',
  confidence: 0.9,
  evidence: [],
})
const decision = (over: Partial<Decision>) => answerFor({ incident, run_id: 'r', trace_id: 't' }, over)

describe('src/incidents/run-end: end of a run', () => {
  it.each(['healthy', 'recovered'] as const)('closes an incident that is %s', (outcome) => {
    expect(endOfRun(incident, decision({ outcome }))).toMatchObject({
      kind: 'decided',
      close: `the verdict is ${outcome}`,
    })
  })

  it.each(['issue', 'unknown'] as const)('keeps an incident open whose outcome is %s', (outcome) => {
    expect(endOfRun(incident, decision({ outcome }))).not.toHaveProperty('close')
  })

  it('knows an incident with the same causes by its key, in whichever order they are told', () => {
    const key = (roots: Decision['root_causes'], over: Partial<Incident> = {}) => {
      const end = endOfRun({ ...incident, ...over }, decision({ outcome: 'issue', root_causes: roots }))
      return end.kind === 'decided' ? end.cause_key : undefined
    }
    const [env, memory] = [root('missing_env', 'web'), root('oom_killed', 'db')]
    expect(key([env, memory])).toBe(key([memory, env]))
    expect(key([env])).toBe(key([env], { id: 'inc_2', namespace: 'other' }))
    expect(key([env])).not.toBe(key([env, memory]))
    expect(key([env])).not.toBe(key([env], { cluster: 'west' }))
    expect(key([])).toBeUndefined()
  })

  it('names what is in the cause graph, each once', () => {
    const [from, to] = [
      { resource: object('Deployment', 'db'), mechanism: 'oom_killed' as const },
      { resource: object('Deployment', 'web'), mechanism: 'container_crash' as const },
    ]
    const end = endOfRun(
      incident,
      decision({
        outcome: 'issue',
        root_causes: [root('oom_killed', 'db')],
        causal_chain: [{ from, to, because: '' }],
      }),
    )
    expect(end).toMatchObject({ scope: [object('Deployment', 'db'), object('Deployment', 'web')] })
  })
})
