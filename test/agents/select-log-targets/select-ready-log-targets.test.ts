import { describe, expect, it } from 'vitest'
import { selectReadyLogTargets } from '#agents/select-log-targets.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { ago, clusterView, container, deployment, namespace, status } from '#test/helpers/build-cluster.ts'
import { findingDraft } from '#test/helpers/build-finding.ts'

const web = deployment('web', [container('app')], { pods: 3, replicas: 3 })
const db = deployment('db', [container('pg')])
const shop = { kind: 'Namespace', name: namespace }
const at = (name: string) => ({ kind: 'Deployment', namespace, name })
const names = (objects: KubernetesObject[], findings: FindingDraft[] = [], asked: FindingDraft['resource'] = shop) =>
  selectReadyLogTargets(clusterView(objects), findings, asked).map(({ workload }) => workload.name)
const heard = (objects: KubernetesObject[], findings: FindingDraft[] = [], asked: FindingDraft['resource'] = shop) =>
  selectReadyLogTargets(clusterView(objects), findings, asked).map(({ ready }) => ready)

describe('agents/select-log-targets/select-ready-log-targets', () => {
  it('asks two pods of each workload where nothing is wrong', () => {
    expect(names([...web, ...db])).toEqual(['web', 'web', 'db'])
  })

  it('asks the workload in question first, and fewer pods where something else is wrong', () => {
    expect(names([...web, ...db], [], at('db'))).toEqual(['db', 'web', 'web'])
    const elsewhere = findingDraft({ resource: at('web'), severity: 'high' })
    expect(names([...web, ...db], [elsewhere], at('db'))).toEqual(['db', 'web'])
  })

  it('hears beside what was found only troubles that it cannot explain', () => {
    const found = findingDraft({ resource: at('db'), severity: 'medium' })
    expect(heard([...web, ...db], [found])).toEqual(['own', 'own'])
    expect(heard([...web, ...db], [found], at('web'))).toEqual(['any', 'own'])
    expect(heard(web)).toEqual(['any', 'any'])
  })

  it('is not kept from asking by what nobody is affected by', () => {
    expect(names(db, [findingDraft({ resource: at('db'), severity: 'low' })])).toEqual(['db'])
  })

  it('leaves out containers that are not ready or have only just started', () => {
    const young = status('app', { state: { running: { startedAt: ago(20) } } })
    expect(names(deployment('web', [container('app')], { statuses: [young] }))).toEqual([])
    expect(names(deployment('web', [container('app')], { statuses: [status('app', { ready: false })] }))).toEqual([])
  })
})
