import { describe, expect, it } from 'vitest'
import { draftFinding, groupFinding, nameGroup, severityOf } from '#src/rules/kit/findings.ts'
import { containerGroups } from '#src/rules/kit/pods.ts'
import {
  clusterView,
  container,
  deployment,
  namespace,
  service,
  status,
  workload,
} from '#test/helpers/build-cluster.ts'

const ref = (name: string) => ({ kind: 'Deployment', namespace, name })
const judgement = {
  mechanism: 'missing_env' as const,
  confidence: 0.9,
  confidence_reason: 'stated',
  statement: 'API_URL is not set.',
}
const down = status('api', { ready: false })

describe('src/rules/kit/findings', () => {
  it('fills in empty lists, and holds the statement to one line of 300 characters', () => {
    const found = draftFinding({
      ...judgement,
      resource: ref('api'),
      severity: 'high',
      evidence: [],
      statement: ` two\n lines ${'x'.repeat(400)}`,
    })
    expect(found).toMatchObject({ affects: [], blames: [], remedies: [] })
    expect(found.statement.startsWith('two lines xxx')).toBe(true)
    expect(found.statement.length).toBeLessThanOrEqual(300)
  })

  it('cites three pods at most, and affects all of them', () => {
    const view = clusterView(deployment('api', [container('api')], { replicas: 5, statuses: [down] }))
    const [group] = containerGroups(view)
    const fact = (name: string) => ({
      source: 'object' as const,
      statement: name,
      observed_at: view.snapshot.taken_at,
      trust: 'api' as const,
      ref: { event: { uid: name } },
    })
    const found = groupFinding(view, group!, group!.instances, ({ pod }) => [fact(pod.metadata.name)], {
      ...judgement,
      evidence: [fact('for all')],
    })
    expect(found).toMatchObject({ resource: ref('api'), container: 'api', severity: 'high' })
    expect(found.evidence.map(({ statement }) => statement)).toEqual(['for all', 'api-0', 'api-1', 'api-2'])
    expect(found.affects.map(({ name }) => name)).toEqual(['api-0', 'api-1', 'api-2', 'api-3', 'api-4'])
  })

  it('is critical where nothing is left behind a Service, high where replicas are missing, medium where all are ready', () => {
    const dead = deployment('api', [container('api')], { statuses: [down] })
    expect(severityOf(clusterView([...dead, service('api')]), ref('api'))).toBe('critical')
    expect(severityOf(clusterView(dead), ref('api'))).toBe('high')
    const fewer = deployment('api', [container('api')], { replicas: 3, pods: 2 })
    expect(severityOf(clusterView([...fewer, service('api')]), ref('api'))).toBe('high')
    expect(severityOf(clusterView(deployment('api', [container('api')])), ref('api'))).toBe('medium')
  })

  it('names a container with its workload, and the one pod of a stateful set that fails', () => {
    const init = { initContainers: [container('migrate')] }
    const [first, second] = containerGroups(clusterView(deployment('api', [container('api')], { spec: init })))
    expect(nameGroup(first!)).toBe('Init container migrate of Deployment api')
    expect(nameGroup(second!, second!.instances)).toBe('Container api of Deployment api')
    const [set] = containerGroups(clusterView(workload('StatefulSet', 'db', [container('db')], { replicas: 2 })))
    const [failing, other] = set!.instances
    expect(nameGroup(set!, [failing!])).toBe(`Container db of pod ${failing!.pod.metadata.name} (StatefulSet db)`)
    expect(nameGroup(set!, [failing!, other!])).toBe('Container db of StatefulSet db')
  })
})
