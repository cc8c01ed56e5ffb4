import { AppsV1Api, AuthorizationV1Api, CoreV1Api, EventsV1Api, VersionApi } from '@kubernetes/client-node'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKubernetesApi, createPlainClient, type PlainClient } from '#test/helpers/practice-client.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

const entry = new URL('../../../practice/server/main.ts', import.meta.url).pathname

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, ...texts }
}

describe('practice/server/main', () => {
  let practice: Practice
  let plain: PlainClient

  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents'] })
    plain = createPlainClient(practice)
  })
  afterAll(async () => {
    plain.close()
    await practice.stop()
  })

  it('says where it is and which namespaces it serves', () => {
    expect(practice.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(practice.namespaces).toContain('payments')
    expect(existsSync(practice.kubeconfig)).toBe(true)
  })

  it('talks to @kubernetes/client-node like any cluster', async () => {
    const core = createKubernetesApi(practice, CoreV1Api)
    const version = await createKubernetesApi(practice, VersionApi).getCode()
    expect(version.gitVersion).toBe('v1.36.2')
    const pods = await core.listNamespacedPod({ namespace: 'payments' })
    expect(pods.items).toHaveLength(3)
    expect(pods.items[0]?.metadata?.creationTimestamp).toBeInstanceOf(Date)
    const deployment = await createKubernetesApi(practice, AppsV1Api).readNamespacedDeployment({
      namespace: 'payments',
      name: 'payment-gateway',
    })
    expect(deployment.spec?.selector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'payment-gateway' })
    const everywhere = await core.listPodForAllNamespaces()
    expect(everywhere.items.length).toBeGreaterThan(40)
    expect((await core.listNode()).items).toHaveLength(3)
  })

  it('shows events through both APIs', async () => {
    const core = await createKubernetesApi(practice, CoreV1Api).listNamespacedEvent({ namespace: 'payments' })
    const modern = await createKubernetesApi(practice, EventsV1Api).listNamespacedEvent({ namespace: 'payments' })
    expect(modern.items.map(({ metadata }) => metadata?.name)).toEqual(core.items.map(({ metadata }) => metadata?.name))
    const backOff = modern.items.find(({ reason }) => reason === 'BackOff')
    expect(backOff?.note).toContain('Back-off restarting failed container')
    expect(backOff?.regarding?.kind).toBe('Pod')
  })

  it.each(['/version', '/healthz', '/readyz', '/livez'])('answers %s without a token', async (path) => {
    expect((await plain.get(path, { token: null })).code).toBe(200)
  })

  it.each(['/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/apis/scheduling.k8s.io/v1'])(
    'serves the discovery document %s',
    async (path) => {
      const answer = await plain.get(path)
      expect(answer.code).toBe(200)
      expect(answer.json().kind).toMatch(/^API/)
    },
  )

  it.each([null, 'wrong'])('refuses the token %s', async (token) => {
    const answer = await plain.get('/api/v1/nodes', { token })
    expect(answer.code).toBe(401)
    expect(answer.json()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    })
  })

  it('answers a missing object, resource and group as a real server does', async () => {
    const object = await plain.get('/apis/apps/v1/namespaces/payments/deployments/nope')
    expect([object.code, object.json().message]).toEqual([404, 'deployments.apps "nope" not found'])
    expect(object.json().details).toEqual({ name: 'nope', group: 'apps', kind: 'deployments' })
    const resource = await plain.get('/apis/apps/v1/namespaces/payments/nopes')
    expect([resource.code, resource.json().message]).toEqual([404, 'the server could not find the requested resource'])
    const group = await plain.get('/apis/metrics.k8s.io/v1beta1/namespaces/payments/pods')
    expect([group.code, group.text]).toEqual([404, '404 page not found\n'])
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('refuses %s: it is read-only', async (method) => {
    const path = '/apis/apps/v1/namespaces/payments/deployments'
    const address = method === 'POST' ? path : `${path}/payment-gateway`
    const answer = await plain.get(address, { method, body: {} })
    expect(answer.code).toBe(403)
    expect(answer.json().message).toContain('this practice cluster is read-only')
  })

  it.each([
    '/apis/coordination.k8s.io/v1/namespaces/payments/leases',
    '/apis/networking.k8s.io/v1/ingressclasses',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    '/apis/storage.k8s.io/v1/volumeattachments',
    '/apis/storage.k8s.io/v1/csidrivers',
    '/api/v1/namespaces/kube-system/pods',
    '/api/v1/namespaces/kube-system',
    '/api/v1/namespaces/default/pods',
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  ])('answers 403 "not recorded", never an empty list, for %s', async (path) => {
    const answer = await plain.get(path)
    expect(answer.code).toBe(403)
    expect(answer.json().reason).toBe('Forbidden')
    expect(answer.json().message).toContain('not recorded')
  })

  it('answers an empty list where the recording speaks and holds none', async () => {
    const answer = await plain.get('/apis/networking.k8s.io/v1/namespaces/payments/networkpolicies')
    expect(answer.code).toBe(200)
    expect(answer.json().items).toEqual([])
  })

  it('keeps secret values redacted', async () => {
    const secret = (await plain.get('/api/v1/namespaces/accounts/secrets/accounts-db-credentials')).json()
    const values = Object.values(secret['data'] as Record<string, string>)
    expect(values.map((value) => Buffer.from(value, 'base64').toString())).toEqual(['REDACTED', 'REDACTED'])
  })

  it('answers reviews in agreement with what it refuses', async () => {
    const authorization = createKubernetesApi(practice, AuthorizationV1Api)
    const ask = async (verb: string, resource: string, group = '') => {
      const spec = { resourceAttributes: { namespace: 'payments', verb, resource, group } }
      const review = await authorization.createSelfSubjectAccessReview({ body: { spec } })
      return review.status?.allowed
    }
    expect(await ask('list', 'pods')).toBe(true)
    expect(await ask('patch', 'deployments', 'apps')).toBe(false)
    expect(await ask('list', 'leases', 'coordination.k8s.io')).toBe(false)
    await practice.control.fault({ kind: '403', verb: 'list', resource: 'secrets' })
    expect(await ask('list', 'secrets')).toBe(false)
    const rules = await authorization.createSelfSubjectRulesReview({ body: { spec: { namespace: 'payments' } } })
    await practice.control.clear()
    const verbsOf = (name: string) =>
      rules.status?.resourceRules.find(({ resources }) => resources?.includes(name))?.verbs
    expect(verbsOf('secrets')).toEqual(['get', 'watch'])
    expect(verbsOf('pods')).toEqual(['get', 'list', 'watch'])
  })

  it('ends when its stdin closes and takes its kubeconfig along', async () => {
    const other = await startPractice({ incidents: ['practice/incidents/01-missing-env'] })
    expect(other.namespaces).toEqual(['payments'])
    const ended = once(other.process, 'exit')
    other.process.stdin?.end()
    expect(await ended).toEqual([0, null])
    expect(existsSync(other.kubeconfig)).toBe(false)
  })

  it('ends on SIGTERM', async () => {
    const other = await startPractice({ synthetic: { pods: 1 } })
    const ended = once(other.process, 'exit')
    other.process.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  it.each([
    [[], '--incidents'],
    [['--incidents', 'test'], '--incidents: no recorded incident'],
    [['--incidents', 'nowhere'], '--incidents: no folder'],
    [['--synthetic-pods', 'many'], '--synthetic-pods'],
    [['--synthetic-pods', '3', '--synthetic-broken', '4'], '--synthetic-broken'],
    [['--incidents', 'practice/incidents', '--port', '99999'], '--port'],
    [['--nonsense'], '--nonsense'],
  ])('names the argument that is wrong: %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(message)
  })

  it("never overwrites somebody's own kubeconfig, but its own again", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'practice-test-'))
    const path = join(folder, 'config')
    writeFileSync(path, 'apiVersion: v1\nkind: Config\n')
    const refused = await run('--synthetic-pods', '1', '--kubeconfig', path)
    expect([refused.code, readFileSync(path, 'utf8')]).toEqual([2, 'apiVersion: v1\nkind: Config\n'])
    expect(refused.stderr).toContain('--kubeconfig')
    rmSync(path)
    for (const _time of [1, 2]) {
      const other = await startPractice({ synthetic: { pods: 1 }, kubeconfig: path })
      expect(statSync(path).mode & 0o777).toBe(0o600)
      await other.stop()
    }
    expect(existsSync(path)).toBe(true)
    rmSync(folder, { recursive: true })
  })

  it('explains itself with --help', async () => {
    const { code, stdout } = await run('--help')
    expect(code).toBe(0)
    expect(stdout).toContain('--incidents DIR')
  })

  it('refuses two incidents that claim the same namespace', async () => {
    const { code, stderr } = await run(
      '--incidents',
      'practice/incidents',
      '--synthetic-pods',
      '1',
      '--synthetic-namespace',
      'payments',
    )
    expect(code).toBe(2)
    expect(stderr).toContain('both hold the namespace payments')
  })

  it('names the dialects where it is told to reword logs in one that it does not know', async () => {
    const { code, stderr } = await run('--incidents', 'practice/incidents', '--reword', 'xml')
    expect(code).toBe(2)
    expect(stderr).toContain('--reword: "xml" is not one of json, klog, logfmt, plain')
  })
})
