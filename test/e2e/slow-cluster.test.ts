import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Decision } from '#src/domain/decision.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'
import { type SpawnedService, spawnService } from '#test/helpers/spawn-service.ts'

function ask(url: string, namespace: string, query = ''): Promise<Response> {
  const body = JSON.stringify({ namespace, resource_kind: 'Namespace', resource_name: namespace })
  return fetch(`${url}/decide${query}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}

async function decide(url: string, namespace: string): Promise<Decision> {
  const response = await ask(url, namespace)
  expect(response.status).toBe(200)
  return Decision.parse(await response.json())
}

async function untilRunning(url: string, count: number): Promise<void> {
  for (;;) {
    const queue = (await (await fetch(`${url}/alerts/queue`)).json()) as { running: number }
    if (queue.running === count) return
    await pause(20)
  }
}

describe('a cluster that does not answer', () => {
  let practice: Practice
  const services: SpawnedService[] = []
  const start = async (env: Record<string, string> = {}) => {
    const service = await spawnService({
      env: {
        KUBECONFIG: practice.kubeconfig,
        SRE_AGENT_REQUEST_TIMEOUT_SECONDS: '1',
        SRE_AGENT_OBSERVE_TIMEOUT_SECONDS: '2',
        ...env,
      },
    })
    services.push(service)
    return service
  }
  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents'] })
  })
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.remove()))
    await practice.control.clear()
  })
  afterAll(() => practice.stop())

  it('to one list gives a decision with that gap', async () => {
    await practice.control.fault({ kind: 'hang', resource: 'pods', namespace: 'payments' })
    const service = await start({ SRE_AGENT_REQUEST_TIMEOUT_SECONDS: '4', SRE_AGENT_OBSERVE_TIMEOUT_SECONDS: '60' })
    const decision = await decide(service.url, 'payments')
    expect(decision.outcome).not.toBe('healthy')
    expect(decision.gaps).toContainEqual(
      expect.objectContaining({ what: 'pods in namespace payments', why: expect.stringMatching(/timed out|ran out/) }),
    )
  })

  it('at all gives unknown with one gap', async () => {
    await practice.control.fault({ kind: 'hang' })
    const service = await start()
    const decision = await decide(service.url, 'payments')
    expect(decision.outcome).toBe('unknown')
    expect(decision.gaps.map(({ what }) => what)).toEqual(['the cluster'])
  })

  it('in one namespace keeps nobody else waiting', async () => {
    await practice.control.fault({ kind: 'hang', namespace: 'payments' })
    const service = await start({
      MAX_CONCURRENT_ALERTS: '8',
      SRE_AGENT_OBSERVE_TIMEOUT_SECONDS: '300',
      SRE_AGENT_REQUEST_TIMEOUT_SECONDS: '120',
    })
    const stuck = await ask(service.url, 'payments', '?wait=false')
    const { incident_id } = (await stuck.json()) as { incident_id: string }
    await untilRunning(service.url, 1)
    const others = practice.namespaces.filter((namespace) => namespace !== 'payments').slice(0, 7)
    expect(others).toHaveLength(7)
    const answered = await Promise.all(others.map((namespace) => decide(service.url, namespace)))
    expect(answered.filter(({ outcome }) => outcome === 'unknown')).toEqual([])
    expect(await (await fetch(`${service.url}/api/incidents/${incident_id}`)).json()).toMatchObject({
      status: 'running',
    })
  })

  it('fills the queue, which then refuses what is new and still takes repeats', async () => {
    await practice.control.fault({ kind: 'hang' })
    const service = await start({
      MAX_CONCURRENT_ALERTS: '1',
      ALERT_QUEUE_LIMIT: '1',
      SRE_AGENT_OBSERVE_TIMEOUT_SECONDS: '300',
      SRE_AGENT_REQUEST_TIMEOUT_SECONDS: '120',
    })
    const [first = '', second = '', third = ''] = practice.namespaces
    expect((await ask(service.url, first, '?wait=false')).status).toBe(202)
    await untilRunning(service.url, 1)
    expect((await ask(service.url, second, '?wait=false')).status).toBe(202)
    const refused = await ask(service.url, third, '?wait=false')
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'SRE_INTAKE_REFUSED' })
    expect((await ask(service.url, second, '?wait=false')).status).toBe(202)
  })
})
