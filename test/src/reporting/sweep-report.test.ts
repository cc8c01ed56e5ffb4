import { describe, expect, it } from 'vitest'
import { buildDecision } from '#test/helpers/build-decision.ts'
import type { Decision } from '#src/domain/decision.ts'
import { briefOf, briefOfFailure, buildSweepReport, type NamespaceBrief } from '#src/reporting/sweep-report.ts'

const facts = { context: 'prod-eu', namespaces: 10, left_out: 3, ms: 1234.5 }
const report = (...briefs: NamespaceBrief[]) => buildSweepReport(briefs, facts)
const [base] = buildDecision().root_causes
const [change] = buildDecision().recommended_actions
const node = { kind: 'Node', name: 'worker-1' }
const nodeDown = { ...base!, resource: node, mechanism: 'node_not_ready' as const, statement: 'Node worker-1 is down.' }
const escalate = {
  ...change!,
  kind: 'escalate' as const,
  target: node,
  params: { to: 'platform', ask: 'Is the node down?' },
  needs: [],
}
const own = (namespace: string) => ({ ...base!, resource: { kind: 'Deployment', namespace, name: 'cart' } })
const of = (namespace: string, severity: 'P1' | 'P2' | 'P4' = 'P2', parts: Partial<Decision> = {}) =>
  briefOf(
    namespace,
    buildDecision({
      classification: { category: 'config', severity, service: 'cart', confidence: 0.9 },
      root_causes: [own(namespace)],
      gaps: [],
      ...parts,
    }),
  )

describe('src/reporting/sweep-report', () => {
  it('tells the worst first, then by name', () => {
    const { issues } = report(of('zoo', 'P4'), of('shop'), of('bank'), of('mail', 'P1'))
    expect(issues.map(({ severity, namespaces }) => `${severity} ${namespaces.join()}`)).toEqual([
      'P1 mail',
      'P2 bank',
      'P2 shop',
      'P4 zoo',
    ])
  })

  it('tells a fault that several suffer from once, at the worst of their severities', () => {
    const suffers = { root_causes: [nodeDown], recommended_actions: [escalate] }
    const { issues, totals } = report(of('shop', 'P4', suffers), of('bank', 'P1', suffers), of('mail'))
    expect(issues).toHaveLength(2)
    expect(issues[0]).toMatchObject({ severity: 'P1', namespaces: ['bank', 'shop'] })
    expect(issues[0]?.causes).toMatchObject([{ resource: 'Node/worker-1', mechanism: 'node_not_ready' }])
    expect(issues[0]?.action).toMatchObject({ title: 'ask the owner of Node/worker-1', target: 'Node/worker-1' })
    expect(totals.issue).toBe(3)
  })

  it('still tells what a namespace has of its own beside it, with the action for that', () => {
    const both = { root_causes: [nodeDown, own('bank')], recommended_actions: [escalate, change!] }
    const { issues } = report(
      of('bank', 'P2', both),
      of('shop', 'P2', { ...both, root_causes: [nodeDown], recommended_actions: [escalate] }),
    )
    expect(issues.map(({ namespaces }) => namespaces)).toEqual([['bank', 'shop'], ['bank']])
    expect(issues[1]?.causes.map(({ mechanism }) => mechanism)).toEqual(['missing_env'])
    expect(issues[1]?.action?.title).toBe('set an environment variable of Deployment/cart in shop')
  })

  it('keeps apart what is only alike: the same name in two namespaces is two faults', () => {
    expect(report(of('bank'), of('shop')).issues).toHaveLength(2)
  })

  it('shows an issue without a cause by its summary', () => {
    const { issues } = report(of('bank', 'P2', { root_causes: [], summary: 'Something is wrong.' }))
    expect(issues).toMatchObject([{ namespaces: ['bank'], causes: [], summary: 'Something is wrong.' }])
  })

  it('counts every namespace once, and those that were not asked', () => {
    const { totals } = report(
      of('a'),
      of('b', 'P2', { outcome: 'healthy' }),
      of('c', 'P2', { outcome: 'recovered' }),
      of('d', 'P2', { outcome: 'unknown' }),
      briefOfFailure('e', 'HTTP 500'),
    )
    expect(totals).toEqual({
      namespaces: 10,
      issue: 1,
      healthy: 1,
      recovered: 1,
      unknown: 2,
      not_asked: 5,
      left_out: 3,
      ms: 1235,
    })
  })

  it('groups unknown namespaces that lack the same', () => {
    const gap = (namespace: string) => ({
      what: `pods in namespace ${namespace}`,
      why: '403 Forbidden',
      needs: `list on pods in namespace ${namespace}`,
    })
    const blind = (namespace: string) =>
      of(namespace, 'P2', { outcome: 'unknown', root_causes: [], gaps: [gap(namespace)] })
    const { unknown } = report(blind('b'), briefOfFailure('c', 'timed out'), blind('a'))
    expect(unknown).toEqual([
      {
        namespaces: ['a', 'b'],
        missing: ['pods in the namespace: 403 Forbidden (needs list on pods in the namespace)'],
      },
      { namespaces: ['c'], missing: ['no answer: timed out'] },
    ])
  })

  it('names answered namespaces in which something could not be seen', () => {
    const gaps = [{ what: 'events', why: 'timed out', needs: 'time' }]
    const { partly_seen } = report(of('a'), of('b', 'P2', { outcome: 'healthy', gaps }))
    expect(partly_seen).toEqual([{ namespaces: ['b'], missing: ['events: timed out (needs time)'] }])
  })

  it('keeps little of a large decision', () => {
    const many = Array.from({ length: 500 }, (_, index) => index)
    const brief = of('a', 'P1', {
      root_causes: many.map((index) => ({ ...own('a'), resource: { kind: 'Deployment', name: `d-${index}` } })),
      recommended_actions: many.map(() => ({
        ...change!,
        reason: 'x'.repeat(9_000),
        kind: 'set_env' as const,
        target: { kind: 'Deployment' as const, namespace: 'a', name: 'cart' },
        params: { container: 'cart', name: 'y'.repeat(9_000) },
      })),
      gaps: many.map((index) => ({ what: `w${index}`, why: 'z'.repeat(9_000), needs: 'n' })),
    })
    expect(JSON.stringify(brief).length).toBeLessThan(10_000)
  })
})
