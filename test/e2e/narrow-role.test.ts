import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Decision } from '#src/domain/decision.ts'
import { type Practice, type PracticeFault, startPractice } from '#test/helpers/practice-server.ts'
import { type SpawnedService, spawnService } from '#test/helpers/spawn-service.ts'

/* A cluster that shows less than everything: what is out of sight is named, and never passes for well. */

const seconds = (request: number, observe: number) => ({
  SRE_AGENT_REQUEST_TIMEOUT_SECONDS: String(request),
  SRE_AGENT_OBSERVE_TIMEOUT_SECONDS: String(observe),
})

describe('a service whose cluster does not show everything', () => {
  let practice: Practice
  /** Waits as long as it takes, and only a moment: the second is for a cluster that never answers. */
  let patient: SpawnedService
  let hurried: SpawnedService

  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents'] })
    const start = (bounds: Record<string, string>) =>
      spawnService({ env: { KUBECONFIG: practice.kubeconfig, ...bounds } })
    ;[patient, hurried] = await Promise.all([start(seconds(60, 120)), start(seconds(1, 3))])
  })
  afterEach(() => practice.control.clear())
  afterAll(async () => {
    await Promise.all([patient.remove(), hurried.remove()])
    await practice.stop()
  })

  async function ask(namespace: string, ...faults: PracticeFault[]): Promise<Decision> {
    for (const fault of faults) await practice.control.fault(fault)
    const service = faults.some(({ kind, count }) => kind === 'hang' || (kind === '429' && count === undefined))
      ? hurried
      : patient
    const response = await fetch(`${service.url}/decide`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ namespace, resource_kind: 'Namespace', resource_name: namespace }),
    })
    expect(response.status).toBe(200)
    return Decision.parse(await response.json())
  }

  it('sees a healthy namespace as healthy where nothing is refused that matters', async () => {
    expect((await ask('newsletter')).outcome).toBe('healthy')
    expect((await ask('newsletter', { kind: '403', resource: 'secrets' })).outcome).toBe('healthy')
  })

  it.each(['pods', 'events', 'services', 'persistentvolumeclaims', 'deployments'])(
    'does not call a namespace healthy whose %s it may not list, and says which permission it misses',
    async (resource) => {
      const { outcome, gaps } = await ask('newsletter', { kind: '403', resource })
      expect(outcome).toBe('unknown')
      expect(gaps.map(({ needs }) => needs)).toContainEqual(`list on ${resource} in namespace newsletter`)
    },
  )

  it.each<[string, PracticeFault]>([
    ['credentials are refused', { kind: '401' }],
    ['it may see nothing', { kind: '403' }],
    ['everything is throttled', { kind: '429', retry_after_seconds: 1 }],
    ['the API server fails', { kind: '500' }],
    ['nothing answers', { kind: 'hang' }],
    ['every answer breaks off', { kind: 'cut' }],
    ['the list of pods breaks off', { kind: 'cut', resource: 'pods' }],
    ['the list of pods expires', { kind: '410', resource: 'pods' }],
    ['pods are not served', { kind: '404', resource: 'pods' }],
  ])('says unknown with a gap where %s', async (_, fault) => {
    const { outcome, gaps } = await ask('newsletter', fault)
    expect(outcome).toBe('unknown')
    expect(gaps.length).toBeGreaterThan(0)
  })

  it('waits as long as it is told to when it is throttled for a moment', async () => {
    const { outcome, gaps } = await ask('newsletter', { kind: '429', retry_after_seconds: 1, count: 1 })
    expect({ outcome, gaps }).toEqual({ outcome: 'healthy', gaps: [] })
  })

  it('still tells the fault where it may not read logs, less sure, with the permission that it misses', async () => {
    const sure = await ask('payments')
    const { outcome, root_causes, gaps, confidence } = await ask('payments', { kind: '403', resource: 'pods/log' })
    expect(outcome).toBe('issue')
    expect(root_causes[0]?.resource).toMatchObject({ kind: 'Deployment', name: 'payment-gateway' })
    expect(gaps.map(({ needs }) => needs)).toContainEqual('get on pods/log in namespace payments')
    expect(confidence).toBeLessThan(sure.confidence)
  })
})
