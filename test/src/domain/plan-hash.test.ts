import { describe, expect, it } from 'vitest'
import type { Evidence } from '#src/domain/evidence.ts'
import { planHash } from '#src/domain/plan-hash.ts'

const target = { kind: 'Deployment', namespace: 'payments', name: 'gateway' }
const action = { kind: 'scale' as const, target, params: { replicas: 3 } }
const read = (uid: string | undefined, name = 'gateway'): Evidence => ({
  id: 'ev_1',
  source: 'object',
  statement: 'two of three are ready',
  observed_at: '2026-11-27T12:00:00Z',
  trust: 'api',
  ref: { object: { ...target, name, uid, path: '.status' } },
})
const hash = (over: object = {}, { incident_id = 'inc_1', evidence = [] as Evidence[] } = {}) =>
  planHash({ ...action, ...over }, { incident_id, evidence })

describe('src/domain/plan-hash', () => {
  it('is 64 hex digits, the same for the same plan in whatever order it was put together', () => {
    expect(hash()).toMatch(/^[0-9a-f]{64}$/)
    const params = { limits: { memory: '1Gi', cpu: '1' }, container: 'app' }
    const turned = { container: 'app', limits: { cpu: '1', memory: '1Gi' } }
    expect(hash({ params })).toBe(hash({ params: turned }))
    expect(hash({ params: { replicas: 3, surge: undefined } })).toBe(hash())
  })

  it.each([
    [{ kind: 'rollback' }],
    [{ params: { replicas: 4 } }],
    [{ params: { replicas: '3' } }],
    [{ params: {} }],
    [{ target: { ...target, name: 'gateway2' } }],
    [{ target: { ...target, namespace: 'payments2' } }],
    [{ target: { ...target, kind: 'StatefulSet' } }],
  ])('is another one with %j', (over) => {
    expect(hash(over)).not.toBe(hash())
  })

  it('is another one for another incident', () => {
    expect(hash({}, { incident_id: 'inc_2' })).not.toBe(hash())
  })

  it('is another one for an object of the same name that came later', () => {
    const [first, second] = [hash({}, { evidence: [read('u1')] }), hash({}, { evidence: [read('u2')] })]
    expect(new Set([hash(), first, second]).size).toBe(3)
    expect(hash({}, { evidence: [read('u9', 'other'), read(undefined), read('u1')] })).toBe(first)
  })

  it('does not depend on what is said about the plan', () => {
    const worded = { ...action, id: 'act_7', reason: 'other words' }
    expect(planHash(worded, { incident_id: 'inc_1', evidence: [] })).toBe(hash())
  })
})
