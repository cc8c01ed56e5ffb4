import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlainClient, type PlainClient } from '#test/helpers/practice-client.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

const pods = '/api/v1/namespaces/synthetic/pods'

describe('practice/server/router', () => {
  let practice: Practice
  let plain: PlainClient

  beforeAll(async () => {
    practice = await startPractice({
      incidents: ['practice/incidents/01-missing-env', 'practice/incidents/37-cascade-database'],
      synthetic: { pods: 1_230, broken: 45 },
    })
    plain = createPlainClient(practice)
  })
  afterAll(async () => {
    plain.close()
    await practice.stop()
  })

  const names = async (path: string) => (await plain.get(path)).json().items.map(({ metadata }) => metadata.name)
  const query = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString()

  it('pages through a large namespace: every pod once, in order', async () => {
    const seen: string[] = []
    let token: string | undefined = ''
    const left: (number | undefined)[] = []
    while (token !== undefined) {
      const page = (await plain.get(`${pods}?${query({ limit: '500', continue: token })}`)).json()
      seen.push(...page.items.map(({ metadata }) => metadata.name))
      left.push(page.metadata.remainingItemCount)
      token = page.metadata.continue
    }
    expect(left).toEqual([730, 230, undefined])
    expect(new Set(seen).size).toBe(1_230)
    expect(seen).toEqual(seen.toSorted())
  })

  it('pages over all namespaces too', async () => {
    const first = (await plain.get(`/api/v1/pods?${query({ limit: '5' })}`)).json()
    const rest = (await plain.get(`/api/v1/pods?${query({ continue: first.metadata.continue ?? '' })}`)).json()
    expect(first.items.length + rest.items.length).toBe(1_230 + 3 + 5)
    expect(new Set([...first.items, ...rest.items].map(({ metadata }) => metadata.name)).size).toBe(1_238)
  })

  it('answers an expired continue token as the real server does, with a token that leads on', async () => {
    const path = `${pods}?limit=1&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJ4XHUwMDAwIn0`
    const answer = await plain.get(path)
    expect(answer.code).toBe(410)
    expect(answer.json().reason).toBe('Expired')
    expect(answer.json().message).toMatch(/^The provided continue parameter is too old to display a consistent list/)
    expect(answer.json().metadata.continue).toBe('eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoieFx1MDAwMCJ9')
  })

  it('lets tokens expire on request', async () => {
    const page = (await plain.get(`${pods}?limit=1000`)).json()
    await practice.control.compact()
    const expired = await plain.get(`${pods}?${query({ continue: page.metadata.continue ?? '' })}`)
    expect(expired.code).toBe(410)
    const onward = await plain.get(`${pods}?${query({ continue: expired.json().metadata.continue ?? '' })}`)
    expect([onward.code, onward.json().items.length]).toEqual([200, 230])
  })

  it('refuses a continue token that is none', async () => {
    expect((await plain.get(`${pods}?continue=rubbish`)).code).toBe(400)
  })

  it('leaves kind and apiVersion out of the items, and names them on the list', async () => {
    const list = (await plain.get('/apis/apps/v1/namespaces/payments/deployments')).json()
    expect([list.kind, list.apiVersion]).toEqual(['DeploymentList', 'apps/v1'])
    expect(Number(list.metadata.resourceVersion)).toBeGreaterThan(1)
    expect(Object.keys(list.items[0] ?? {}).toSorted()).toEqual(['metadata', 'spec', 'status'])
  })

  it.each([
    ['app.kubernetes.io/name=payment-gateway', 2],
    ['app.kubernetes.io/name==payment-gateway', 2],
    ['app.kubernetes.io/name!=payment-gateway', 1],
    ['app.kubernetes.io/name in (payment-gateway, payment-ledger)', 3],
    ['app.kubernetes.io/name notin (payment-gateway),pod-template-hash', 1],
    ['!app.kubernetes.io/name', 0],
    ['app.kubernetes.io/name,pod-template-hash=nope', 0],
  ])('selects by labels: %s', async (labelSelector, count) => {
    expect(await names(`/api/v1/namespaces/payments/pods?${query({ labelSelector })}`)).toHaveLength(count)
  })

  it.each([
    ['pods', 'status.phase=Running', 5],
    ['pods', 'status.phase!=Running', 0],
    ['pods', 'metadata.name=orders-db-0', 1],
    ['pods', 'spec.nodeName=nowhere', 0],
    ['events', 'involvedObject.kind=Pod,involvedObject.name=orders-db-0,type=Warning,reason=BackOff', 1],
    ['events', 'type!=Normal,type!=Warning', 0],
    ['services', 'metadata.namespace=orders', 3],
  ])('selects %s by fields: %s', async (resource, fieldSelector, count) => {
    expect(await names(`/api/v1/namespaces/orders/${resource}?${query({ fieldSelector })}`)).toHaveLength(count)
  })

  it('selects events of the newer API by what they regard', async () => {
    const fieldSelector = 'regarding.name=orders-db-0,type=Warning'
    const path = `/apis/events.k8s.io/v1/namespaces/orders/events?${query({ fieldSelector })}`
    expect((await names(path)).length).toBeGreaterThan(0)
  })

  it.each(['pods', 'events'])(
    'refuses a field of %s that cannot be selected by, in the words of the real server',
    async (resource) => {
      const answer = await plain.get(`/api/v1/namespaces/orders/${resource}?fieldSelector=spec.foo%3Dbar`)
      expect(answer.code).toBe(400)
      expect(answer.json()).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'field label not supported: spec.foo',
        reason: 'BadRequest',
        code: 400,
      })
    },
  )

  it.each(['a=b=c', 'a in b', '='])('refuses the label selector %s', async (labelSelector) => {
    expect((await plain.get(`${pods}?${query({ labelSelector })}`)).code).toBe(400)
  })

  it('merges what several incidents share', async () => {
    const nodes = await names('/api/v1/nodes')
    expect(nodes).toHaveLength(23)
    expect(new Set(nodes).size).toBe(23)
  })

  it('has as many broken pods as were asked for', async () => {
    const list = (await plain.get(pods)).json()
    const ready = list.items.filter((pod) => JSON.stringify(pod['status']).includes('"ready":true'))
    expect(list.items.length - ready.length).toBe(45)
    expect(await names(`/api/v1/namespaces/synthetic/events?fieldSelector=type%3DWarning`)).toHaveLength(45)
  })
})
