import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Decision } from '#src/domain/decision.ts'
import { WorkflowInfo } from '#src/domain/workflow-info.ts'
import { type SpawnedService, type SpawnOptions, spawnService } from '#test/helpers/spawn-service.ts'

const env = { SRE_AGENT_SCENARIOS: 'practice/incidents' }
const gateway = {
  event_type: 'Warning',
  namespace: 'payments',
  resource_name: 'payment-gateway',
  resource_kind: 'Deployment',
  event_data: { reason: 'BackOff', message: 'Back-off restarting failed container' },
}

function post(url: string, body: unknown, query = ''): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}/decide${query}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function decide(url: string, body: unknown): Promise<Decision> {
  const response = await post(url, body)
  expect(response.status).toBe(200)
  return Decision.parse(await response.json())
}

describe('a service on the practice cluster', () => {
  let service: SpawnedService
  beforeAll(async () => {
    service = await spawnService({ env })
  })
  afterAll(() => service.remove())

  it('says in a few lines what it runs on and how to ask it', () => {
    const lines = service.stdout().trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(8)
    expect(service.stdout()).toMatch(/cluster +practice/)
    expect(service.stdout()).toMatch(/mind +rules/)
    expect(service.stdout()).toContain(service.store)
    expect(service.stdout()).toContain(`${service.url}/docs`)
    expect(service.stdout()).toContain('payment-gateway')
  })

  it('names the missing variable of the payment gateway', async () => {
    const decision = await decide(service.url, gateway)
    expect(decision.outcome).toBe('issue')
    expect(decision.root_causes[0]).toMatchObject({
      mechanism: 'missing_env',
      statement: expect.stringContaining('PAYMENT_PROVIDER_URL'),
      resource: { kind: 'Deployment', name: 'payment-gateway' },
    })
    expect(decision.recommended_actions.length).toBeGreaterThan(0)
    const stored = await fetch(`${service.url}/api/incidents/${decision.incident_id}`)
    expect(await stored.json()).toMatchObject({ ...decision, status: 'done' })
  })

  it('answers the line that it prints', async () => {
    const line =
      service
        .stdout()
        .split('\n')
        .find((text) => text.includes('curl ')) ?? ''
    const answer = execFileSync('sh', ['-c', `${line} --silent`], { encoding: 'utf8' })
    expect(Decision.parse(JSON.parse(answer)).outcome).toBe('issue')
  })

  it('says unknown, and what is not there, about an object that does not exist', async () => {
    const body = { namespace: 'newsletter', resource_kind: 'Deployment', resource_name: 'no-such-thing' }
    const decision = await decide(service.url, body)
    expect(decision.outcome).toBe('unknown')
    expect(decision.gaps.map(({ what }) => what)).toEqual([expect.stringContaining('no-such-thing')])
  })

  it('tells how it thinks, with members, tools and handoffs', async () => {
    const workflow = WorkflowInfo.parse(await (await fetch(`${service.url}/workflow/info`)).json())
    expect(Object.keys(workflow.teams)).toEqual(expect.arrayContaining(['log', 'metric', 'action']))
    expect(workflow.stop_conditions.map(({ name }) => name)).toContain('max_turns')
  })

  it('says that it is well', async () => {
    expect(await (await fetch(`${service.url}/health`)).json()).toMatchObject({
      status: 'ok',
      cluster: { name: 'practice', reachable: true },
    })
  })
})

describe('starting and ending', () => {
  const services: SpawnedService[] = []
  const folders: string[] = []
  const start = async (options: SpawnOptions = {}) => {
    const service = await spawnService({ ...options, env: { ...env, ...options.env } })
    services.push(service)
    return service
  }
  const folderOf = () => {
    const folder = mkdtempSync(join(tmpdir(), 'service-'))
    folders.push(folder)
    return folder
  }
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.remove()))
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  it('ends on SIGTERM with code 0, and takes its practice cluster with it', async () => {
    const service = await start()
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(service.child.pid)], { encoding: 'utf8' })
    const practice = Number(children.trim().split('\n')[0])
    expect(practice).toBeGreaterThan(0)
    service.child.kill('SIGTERM')
    expect(await service.ended).toBe(0)
    expect(() => process.kill(practice, 0)).toThrow()
  })

  it('gives the answer that is on its way before it ends', async () => {
    const service = await start()
    const answer = decide(service.url, gateway)
    const accepted = async () => {
      const list = (await (await fetch(`${service.url}/api/incidents`)).json()) as { incidents: unknown[] }
      return list.incidents.length > 0
    }
    while (!(await accepted())) await pause(20)
    service.child.kill('SIGTERM')
    expect((await answer).outcome).toBe('issue')
    expect(await service.ended).toBe(0)
  })

  it('answers after a kill -9 what it had accepted before it', async () => {
    const options = { folder: folderOf(), env: { LEASE_SECONDS: '3' } }
    const first = await start(options)
    const accepted = (await (await post(first.url, gateway, '?wait=false')).json()) as { incident_id: string }
    first.child.kill('SIGKILL')
    await first.ended
    const second = await start(options)
    const repeat = await decide(second.url, gateway)
    const stored = await fetch(`${second.url}/api/incidents/${accepted.incident_id}`)
    expect(stored.status).toBe(200)
    expect(repeat.outcome).toBe('issue')
  })

  it('names every bad value, and ends with code 2', async () => {
    const failed = start({ env: { HOST: '0.0.0.0', PORT: 'many' } })
    await expect(failed).rejects.toThrow(/ended with 2: [\s\S]*PORT is "many"[\s\S]*HOST is "0.0.0.0"/)
  })

  it('says which port is taken, and ends with code 1', async () => {
    const service = await start()
    const taken = start({ env: { PORT: new URL(service.url).port } })
    await expect(taken).rejects.toThrow(/ended with 1: .*cannot listen on 127\.0\.0\.1:\d+.*PORT/)
  })

  it('answers unknown with a gap where the cluster is out of reach', async () => {
    const kubeconfig = join(folderOf(), 'kubeconfig')
    writeFileSync(kubeconfig, kubeconfigFor('https://127.0.0.1:1'))
    const service = await start({ env: { KUBECONFIG: kubeconfig } })
    expect(service.stdout()).toMatch(/cluster +elsewhere/)
    const decision = await decide(service.url, gateway)
    expect(decision.outcome).toBe('unknown')
    expect(decision.gaps.length).toBeGreaterThan(0)
    expect(await (await fetch(`${service.url}/health`)).json()).toMatchObject({ status: 'degraded' })
  })

  it('goes on without its practice cluster, and says so', async () => {
    const service = await start()
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(service.child.pid)], { encoding: 'utf8' })
    process.kill(Number(children.trim().split('\n')[0]), 'SIGKILL')
    const decision = await decide(service.url, gateway)
    expect(decision.outcome).toBe('unknown')
    expect(await (await fetch(`${service.url}/health`)).json()).toMatchObject({ status: 'degraded' })
  })
})

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'elsewhere', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'nobody', user: { token: 'none' } }],
    contexts: [{ name: 'elsewhere', context: { cluster: 'elsewhere', user: 'nobody' } }],
    'current-context': 'elsewhere',
  })
}
