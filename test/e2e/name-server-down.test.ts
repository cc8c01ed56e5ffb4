import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Decision } from '#src/domain/decision.ts'
import { ago } from '#test/helpers/build-cluster.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'
import { type SpawnedService, spawnService } from '#test/helpers/spawn-service.ts'
import { complaintCases } from '#test/helpers/unseen-cluster/complaints.ts'
import { writeIncident } from '#test/helpers/write-incident.ts'

const told = complaintCases.find(({ name }) => name.includes('name server of the cluster crashing'))

describe('a cluster whose name server is down', () => {
  let practice: Practice
  let service: SpawnedService
  let incident: ReturnType<typeof writeIncident>

  beforeAll(async () => {
    const spaces = ['shop', 'kube-system'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, uid: `uid-${name}`, creationTimestamp: '2026-11-01T00:00:00Z' },
      status: { phase: 'Active' },
    }))
    const logs = Object.fromEntries(
      Object.entries(told?.logs ?? {}).map(([place, text]) => [`${place.replace('/', '__')}.log`, text]),
    )
    incident = writeIncident({ items: [...spaces, ...(told?.objects ?? [])], logs, recorded_at: ago(0) })
    practice = await startPractice({ incidents: [incident.folder] })
    service = await spawnService({ env: { KUBECONFIG: practice.kubeconfig } })
  })
  afterAll(async () => {
    await service.remove()
    await practice.stop()
    incident.remove()
  })

  it('is found from the namespace that is affected, where every object looks well', async () => {
    const response = await fetch(`${service.url}/decide`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ namespace: 'shop', resource_kind: 'Namespace', resource_name: 'shop' }),
    })
    const decision = Decision.parse(await response.json())
    expect(decision.outcome).toBe('issue')
    expect(decision.root_causes.map(({ resource }) => resource)).toEqual([
      { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
    ])
    const toFront = decision.causal_chain.find(({ to }) => to.mechanism === 'dns_name_unresolved')
    expect(toFront).toMatchObject({ from: { resource: { name: 'coredns' } }, to: { resource: { name: 'front' } } })
  })
})
