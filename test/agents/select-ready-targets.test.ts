import { describe, expect, it } from 'vitest'
import { selectReadyTargets } from '../../agents/select-ready-targets.ts'
import type { FindingDraft } from '../../src/domain/finding.ts'
import type { Incident } from '../../src/domain/signal.ts'
import { clusterView, container, crashLoop, deployment } from '../helpers/build-cluster.ts'

const names = Array.from({ length: 9 }, (_, index) => `app-${index}`)
const view = clusterView([
  ...names.flatMap((name) => deployment(name, [container('main')])),
  ...deployment('broken', [container('main')], { statuses: [crashLoop('main')] }),
])
const namespace = view.list('Pod')[0]?.metadata.namespace ?? ''
const cause = { mechanism: 'missing_env', resource: { kind: 'Deployment', namespace, name: 'broken' } }
const finding = (rest: object) => [{ ...cause, affects: [], blames: [], ...rest }] as unknown as FindingDraft[]

function select(incident: Partial<Incident>, findings: FindingDraft[] = []): string[] {
  const resource = { kind: 'Namespace', name: namespace }
  const question = { findings, incident: { resource, ...incident }, unwell: [] }
  return selectReadyTargets(view, question).map(({ workload }) => workload.name)
}

describe('agents/select-ready-targets', () => {
  it('reads a few of a namespace in which nothing is found wrong', () => {
    expect(select({})).toEqual(names.slice(0, 6))
  })

  it('reads what was asked about first, and nothing else', () => {
    expect(select({ resource: { kind: 'Deployment', namespace, name: 'app-7' } })).toEqual(['app-7'])
  })

  it('reads what the question names before the rest', () => {
    expect(select({ message: 'app-8 answers with errors since noon' })[0]).toBe('app-8')
  })

  it('keeps to what findings point at where a cause is found', () => {
    const suffers = { affects: [{ kind: 'Deployment', namespace, name: 'app-5' }] }
    expect(select({}, finding({}))).toEqual([])
    expect(select({}, finding(suffers))).toEqual(['app-5'])
  })

  it('reads one pod of a workload, of which only what it said lately matters', () => {
    const resource = { kind: 'Namespace', name: namespace }
    const [target] = selectReadyTargets(view, { findings: [], incident: { resource }, unwell: [] })
    expect(target).toMatchObject({ ready: true, container: 'main', state: 'running, ready' })
  })
})
