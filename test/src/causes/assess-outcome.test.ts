import { vocabulary } from '#agents/vocabulary.ts'
import { describe, expect, it } from 'vitest'
import { assessOutcome, type OutcomeQuestion } from '#src/causes/assess-outcome.ts'
import type { Finding } from '#src/domain/finding.ts'
import {
  ago,
  container,
  deployment,
  ended,
  event,
  namespace,
  node,
  pod,
  status,
  workload,
} from '#test/helpers/build-cluster.ts'
import { clusterView } from '#test/helpers/build-view.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const ask = (more: Partial<OutcomeQuestion>): OutcomeQuestion => ({
  view: clusterView(deployment('api', [container('api')])),
  vocabulary,
  findings: [],
  roots: [],
  gaps: [],
  incident: { resource: { kind: 'Namespace', name: namespace }, namespace },
  ...more,
})
const root = (statement: string, confidence = 0.9) => ({
  finding: {
    id: 'f_1',
    mechanism: 'missing_env',
    statement,
    resource: { kind: 'Deployment', namespace, name: 'api' },
  } as Finding,
  confidence,
  explains: [],
})
const gap = { what: 'pods in namespace shop', why: '403 Forbidden', needs: 'list on pods in namespace shop' }

describe('src/causes/assess-outcome', () => {
  it('says healthy where everything was seen and nothing found', () => {
    const result = assessOutcome(ask({}))
    expect(result.outcome).toBe('healthy')
    expect(missingFacts(result.summary, '1 of 1')).toEqual([])
  })

  it('never says healthy with a gap that could change the verdict', () => {
    const result = assessOutcome(ask({ gaps: [gap] }))
    expect(result.outcome).toBe('unknown')
    expect(result.summary).toContain('403 Forbidden')
  })

  it('never says healthy where pods were not seen', () => {
    const view = clusterView([], { unseen: ['Pod'] })
    expect(assessOutcome(ask({ view })).outcome).toBe('unknown')
  })

  it('never says healthy while a pod that had its time is not ready', () => {
    const view = clusterView([pod('lonely', [container('lonely')], { statuses: [status('lonely', { ready: false })] })])
    expect(assessOutcome(ask({ view })).outcome).toBe('unknown')
  })

  it('says recovered where a container restarted and is well now', () => {
    const restarted = status('api', { restartCount: 3, lastState: ended(1, 'Error', 400) })
    const view = clusterView(deployment('api', [container('api')], { statuses: [restarted] }))
    const result = assessOutcome(ask({ view }))
    expect(result.outcome).toBe('recovered')
    expect(missingFacts(result.summary, 'api', 3)).toEqual([])
  })

  it('takes a single miss at start-up for noise', () => {
    const objects = deployment('api', [container('api')])
    const started = event(objects[0] as (typeof objects)[number], 'Unhealthy', 'Readiness probe failed', {
      count: 1,
      last_seen: ago(595),
    })
    expect(assessOutcome(ask({ view: clusterView(objects, { events: [started] }) })).outcome).toBe('healthy')
  })

  it('says with less confidence that all is well where ready containers could not be heard', () => {
    const heard = assessOutcome(ask({}))
    const result = assessOutcome(ask({ unread_logs: 2 }))
    expect(result.outcome).toBe('healthy')
    expect(result.confidence).toBeLessThan(heard.confidence)
    expect(missingFacts(heard.summary, '2')).toEqual(['2'])
    expect(missingFacts(result.summary, '2', 'logs')).toEqual([])
  })

  it('explains that the pod of a completed job is never ready', () => {
    const [jobPod, job] = workload('Job', 'closing', [container('closing')], { podStatus: { phase: 'Succeeded' } })
    const view = clusterView([
      jobPod,
      Object.assign(job as object, { status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } }),
    ] as never)
    const result = assessOutcome(
      ask({ view, incident: { resource: { kind: 'Job', namespace, name: 'closing' }, namespace } }),
    )
    expect(result.outcome).toBe('healthy')
    expect(missingFacts(result.summary, 'Job closing', 'completed')).toEqual([])
  })

  it('says unknown for an object that is proved not to exist', () => {
    const result = assessOutcome(
      ask({ incident: { resource: { kind: 'Deployment', namespace, name: 'ghost' }, namespace } }),
    )
    expect(result.outcome).toBe('unknown')
    expect(result.missing).toMatchObject({ what: 'Deployment ghost in namespace shop' })
  })

  it('says unknown for a missing object though something else is wrong beside it', () => {
    const incident = { resource: { kind: 'Deployment', namespace, name: 'ghost' }, namespace }
    const result = assessOutcome(ask({ incident, roots: [root('A is not set')] }))
    expect(result.outcome).toBe('unknown')
    expect(result.summary).toContain('Deployment api')
  })

  it('looks for a node in the cluster, not in the namespace that was written beside it', () => {
    const view = clusterView([...deployment('api', [container('api')]), node('worker-1')])
    const incident = { resource: { kind: 'Node', namespace: 'default', name: 'worker-1' }, namespace: 'default' }
    expect(assessOutcome(ask({ view, incident })).outcome).toBe('healthy')
  })

  it('says unknown for a kind that nobody reads, and names what is wrong beside it', () => {
    const incident = { resource: { kind: 'Widget', namespace, name: 'w' }, namespace }
    const result = assessOutcome(ask({ incident, roots: [root('A is not set')] }))
    expect(result.outcome).toBe('unknown')
    expect(missingFacts(result.missing?.what, 'Widget')).toEqual([])
    expect(result.summary).toContain('Deployment api')
  })

  it('says that what was asked about is well where the fault is elsewhere', () => {
    const view = clusterView([...deployment('api', [container('api')]), ...deployment('ledger', [container('ledger')])])
    const incident = { resource: { kind: 'Deployment', namespace, name: 'ledger' }, namespace }
    const faulty = root('A is not set')
    const findings = [{ ...faulty.finding, affects: [] }]
    const result = assessOutcome(ask({ view, incident, findings, roots: [faulty] }))
    expect(missingFacts(result.summary, 'Deployment ledger', '1 of 1')).toEqual([])
  })

  it('judges a node by itself, whatever ails the pods on it', () => {
    const sick = pod('lonely', [container('lonely')], { statuses: [status('lonely', { ready: false })] })
    const view = clusterView([node('worker-1'), sick], { more: { namespace: undefined } })
    const result = assessOutcome(ask({ view, incident: { resource: { kind: 'Node', name: 'worker-1' } } }))
    expect(result.outcome).toBe('healthy')
    expect(missingFacts(result.summary, 'Node worker-1', '1 pods')).toEqual([])
  })

  it('knows a pod that was replaced from one that never was', () => {
    const replaced = assessOutcome(
      ask({ incident: { resource: { kind: 'Pod', namespace, name: 'api-old-x' }, namespace } }),
    )
    const invented = assessOutcome(
      ask({ incident: { resource: { kind: 'Pod', namespace, name: 'ghost-1' }, namespace } }),
    )
    expect([replaced.outcome, invented.outcome]).toEqual(['healthy', 'unknown'])
  })

  it('tells every root in whole sentences within 400 characters', () => {
    const long = (letter: string) => root(`${letter.repeat(250)} is wrong`)
    const result = assessOutcome(ask({ roots: [root('A is not set'), root('B is gone'), long('c'), long('d')] }))
    expect(result.outcome).toBe('issue')
    expect(missingFacts(result.summary, 'A is not set.', 'B is gone.')).toEqual([])
    expect(result.summary.length).toBeLessThanOrEqual(400)
  })
})
