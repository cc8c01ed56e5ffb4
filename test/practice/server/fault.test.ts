import { ApiException, CoreV1Api } from '@kubernetes/client-node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createKubernetesApi, createPlainClient, type PlainClient } from '#test/helpers/practice-client.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

const pods = '/api/v1/namespaces/payments/pods'

describe('practice/server/fault', () => {
  let practice: Practice
  let plain: PlainClient

  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents/01-missing-env'] })
    plain = createPlainClient(practice)
  })
  afterEach(() => practice.control.clear())
  afterAll(async () => {
    plain.close()
    await practice.stop()
  })

  it.each([
    ['401', 401, 'Unauthorized'],
    ['403', 403, 'Forbidden'],
    ['404', 404, 'NotFound'],
    ['410', 410, 'Expired'],
    ['500', 500, 'InternalError'],
  ] as const)('answers %s with its Status', async (kind, code, reason) => {
    await practice.control.fault({ kind, resource: 'pods' })
    const answer = await plain.get(pods)
    expect(answer.code).toBe(code)
    expect(answer.json()).toMatchObject({ kind: 'Status', status: 'Failure', reason, code })
  })

  it('names verb, resource and namespace in a refusal', async () => {
    await practice.control.fault({ kind: '403', verb: 'list', resource: 'pods', namespace: 'payments' })
    const core = createKubernetesApi(practice, CoreV1Api)
    const error = await core.listNamespacedPod({ namespace: 'payments' }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ApiException)
    expect((error as ApiException<string>).body).toContain(
      'pods is forbidden: User \\"practice-viewer\\" cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"payments\\"',
    )
    expect((await core.listNamespacedService({ namespace: 'payments' })).items).not.toHaveLength(0)
  })

  it('asks for patience with Retry-After, in plain text as the real server does', async () => {
    await practice.control.fault({ kind: '429', retry_after_seconds: 7, count: 1 })
    const answer = await plain.get(pods)
    expect([answer.code, answer.headers['retry-after']]).toEqual([429, '7'])
    expect(answer.text).toBe('Too many requests, please try again later.\n')
    expect((await plain.get(pods)).code).toBe(200)
  })

  it('strikes as often as it was told, and only what it was told', async () => {
    await practice.control.fault({ kind: '500', verb: 'get', resource: 'pods/log', count: 2 })
    const [pod] = (await plain.get(pods)).json().items
    const log = `${pods}/${pod?.metadata.name}/log`
    const codes = [await plain.get(log), await plain.get(pods), await plain.get(log), await plain.get(log)]
    expect(codes.map(({ code }) => code)).toEqual([500, 200, 500, 200])
    expect(await practice.control.faults()).toEqual([])
  })

  it('matches by name and by group', async () => {
    await practice.control.fault({ kind: '404', resource: 'deployments', name: 'payment-gateway' })
    await practice.control.fault({ kind: '403', resource: 'events', group: 'events.k8s.io' })
    const deployments = '/apis/apps/v1/namespaces/payments/deployments'
    expect((await plain.get(`${deployments}/payment-gateway`)).json().message).toBe(
      'deployments.apps "payment-gateway" not found',
    )
    expect((await plain.get(`${deployments}/payment-ledger`)).code).toBe(200)
    expect((await plain.get('/api/v1/namespaces/payments/events')).code).toBe(200)
    expect((await plain.get('/apis/events.k8s.io/v1/namespaces/payments/events')).code).toBe(403)
  })

  it('delays, and lets another fault strike after it', async () => {
    await practice.control.fault({ kind: 'delay', delay_ms: 120, resource: 'pods' })
    await practice.control.fault({ kind: '500', resource: 'pods' })
    const before = performance.now()
    expect((await plain.get(pods)).code).toBe(500)
    expect(performance.now() - before).toBeGreaterThan(110)
  })

  it('never answers when told to hang', async () => {
    await practice.control.fault({ kind: 'hang', resource: 'pods' })
    const other = createPlainClient(practice)
    const answered = other.get(pods).then(
      () => 'answered',
      () => 'ended by the client',
    )
    const winner = await Promise.race([
      answered,
      plain.get('/api/v1/namespaces/payments/services').then(() => 'others go on'),
    ])
    expect(winner).toBe('others go on')
    other.close()
    expect(await answered).toBe('ended by the client')
  })

  it('breaks the connection in the middle of a body', async () => {
    await practice.control.fault({ kind: 'cut', resource: 'pods', count: 1 })
    await expect(plain.get(pods)).rejects.toThrow('aborted')
    expect((await plain.get(pods)).json().items).toHaveLength(3)
  })

  it.each([
    [{ kind: 'explode' }, 'kind must be one of'],
    [{ kind: '500', count: -1 }, 'count must be a number'],
    [{ kind: '500', resorce: 'pods' }, 'unknown field resorce'],
  ])('refuses a fault that makes no sense: %j', async (fault, message) => {
    await expect(practice.control.fault(fault as { kind: '500' })).rejects.toThrow(message)
  })

  it('counts connections, handshakes and requests', async () => {
    await practice.control.resetStats()
    const other = createPlainClient(practice)
    await other.get(pods)
    await other.get('/apis/apps/v1/namespaces/payments/deployments/payment-gateway')
    await other.get('/version')
    other.close()
    expect(await practice.control.stats()).toEqual({
      connections: 1,
      tls_handshakes: 1,
      requests: 3,
      by_request: { 'list pods': 1, 'get deployments': 1, 'get /version': 1 },
    })
  })
})
