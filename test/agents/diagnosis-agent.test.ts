import { describe, expect, it } from 'vitest'
import { diagnosisAgent } from '#agents/diagnosis-agent.ts'
import { runAgent } from '#agents/run-agent.ts'
import type { Finding } from '#src/domain/finding.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { agentDeps } from '#test/helpers/agent-deps.ts'
import { clusterView, deployment, container, snapshot } from '#test/helpers/build-cluster.ts'
import { finding } from '#test/helpers/build-finding.ts'
import { incidentOf } from '#test/helpers/recorded-investigation.ts'

const objects = deployment('api', [container('api')])
const incident = incidentOf(snapshot(objects))

async function diagnose(findings: Finding[]) {
  const input = { brief: { incident, gaps: [] }, results: [], findings }
  const result = await runAgent(diagnosisAgent, input, agentDeps({ view: clusterView(objects) }))
  if (result.kind === 'handoff') throw new Error('unexpected handoff')
  return result
}
const blaming = (resource: ResourceRef) =>
  finding('f_1', { mechanism: 'dependency_unreachable', blames: [{ resource, because: 'connection refused' }] })

describe('agents/diagnosis-agent', () => {
  it('names the root and what follows from it', async () => {
    const crash = finding('f_2', { mechanism: 'container_crash' })
    const { output, said } = await diagnose([crash, finding('f_1')])
    expect(output).toMatchObject({ outcome: 'issue', roots: [{ finding: 'f_1', explains: ['f_2'] }], unexplained: [] })
    expect(said).toContain('missing_env of api')
  })

  it.each<[string, ResourceRef, number]>([
    ['a service of another namespace', { kind: 'Service', namespace: 'elsewhere', name: 'db' }, 1],
    ['a service of the picture’s own namespace', { kind: 'Service', namespace: 'shop', name: 'db' }, 0],
    ['something that is no object', { kind: 'Host', name: 'db.example.com' }, 0],
  ])('wants to see %s: %#', async (_what, resource, count) => {
    expect((await diagnose([blaming(resource)])).output.to_observe).toHaveLength(count)
  })
})
