import { CoreV1Api } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKubernetesApi, createPlainClient, type PlainClient } from '#test/helpers/practice-client.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

describe('practice/server/logs', () => {
  let practice: Practice
  let plain: PlainClient
  let gateway: string
  let accounts: string

  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents'] })
    plain = createPlainClient(practice)
    const pathOf = async (namespace: string) => {
      const [pod] = (await plain.get(`/api/v1/namespaces/${namespace}/pods`)).json().items
      return `/api/v1/namespaces/${namespace}/pods/${pod?.metadata.name}/log`
    }
    gateway = await pathOf('payments')
    accounts = await pathOf('accounts')
  })
  afterAll(async () => {
    plain.close()
    await practice.stop()
  })

  const web = '/api/v1/namespaces/orders/pods/orders-db-0/log'
  const lines = async (path: string) => (await plain.get(path)).text.replace(/\n$/, '').split('\n')

  it('gives the recorded lines as text', async () => {
    const answer = await plain.get(gateway)
    expect(answer.headers['content-type']).toBe('text/plain')
    expect(answer.text).toContain('required environment variable PAYMENT_PROVIDER_URL is not set\n')
  })

  it('gives them to @kubernetes/client-node, of the last instance too', async () => {
    const core = createKubernetesApi(practice, CoreV1Api)
    const name = gateway.split('/').at(-2) ?? ''
    const text = await core.readNamespacedPodLog({ namespace: 'payments', name, container: 'gateway', previous: true })
    expect(text).toContain('FATAL')
  })

  it('has moved their times close to now', async () => {
    const [first = ''] = await lines(gateway)
    const age = Date.now() - Date.parse(first.split(' ')[0] ?? '')
    expect(age).toBeGreaterThan(0)
    expect(age).toBeLessThan(10 * 60_000)
  })

  it('moves logs and objects by the same time', async () => {
    const pod = (await plain.get(gateway.replace(/\/log$/, ''))).text
    const [first = ''] = await lines(`${gateway}?previous=true`)
    expect(pod).toContain(`${first.slice(0, 19)}Z`)
  })

  it('keeps the newest lines for tailLines', async () => {
    const all = await lines(gateway)
    expect(await lines(`${gateway}?tailLines=1`)).toEqual(all.slice(-1))
    expect((await plain.get(`${gateway}?tailLines=0`)).text).toBe('')
  })

  it('puts the stamp of the runtime before each line', async () => {
    const [line = ''] = await lines(`${web}?timestamps=true&tailLines=1`)
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z .+superuser/)
  })

  it('cuts at limitBytes', async () => {
    expect((await plain.get(`${gateway}?limitBytes=20`)).text).toHaveLength(20)
  })

  it('keeps what is younger than sinceSeconds and sinceTime', async () => {
    expect((await plain.get(`${gateway}?sinceSeconds=1`)).text).toBe('')
    expect((await plain.get(`${gateway}?sinceSeconds=100000`)).text).toContain('FATAL')
    const soon = new Date(Date.now() + 60_000).toISOString()
    expect((await plain.get(`${gateway}?sinceTime=${soon}`)).text).toBe('')
  })

  it('ends a follow when it has given what is there', async () => {
    expect((await plain.get(`${gateway}?follow=true`)).text).toBe((await plain.get(gateway)).text)
  })

  it.each([
    ['container=nope', 400, 'container nope is not valid for pod'],
    ['tailLines=-1', 422, 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['tailLines=x', 400, 'invalid syntax'],
    ['sinceSeconds=0', 422, 'sinceSeconds: Invalid value: 0: must be greater than 0'],
    ['sinceTime=yesterday', 400, 'parsing time "yesterday"'],
  ])('refuses %s', async (parameters, code, message) => {
    const answer = await plain.get(`${gateway}?${parameters}`)
    expect(answer.code).toBe(code)
    expect(answer.json().message).toContain(message)
  })

  it("answers with the kubelet's own words where a container has not started", async () => {
    const answer = await plain.get(accounts)
    expect(answer.code).toBe(400)
    expect(answer.json().reason).toBe('BadRequest')
    expect(answer.json().message).toMatch(
      /^container "api" in pod "accounts-api-\S+" is waiting to start: CreateContainerConfigError$/,
    )
  })

  it('says that there was no previous instance', async () => {
    const [pod] = (await plain.get('/api/v1/namespaces/newsletter/pods')).json().items
    const name = pod?.metadata.name
    const answer = await plain.get(`/api/v1/namespaces/newsletter/pods/${name}/log?previous=true`)
    expect(answer.code).toBe(400)
    expect(answer.json().message).toMatch(
      new RegExp(`^previous terminated container "\\S+" in pod "${name}" not found$`),
    )
  })

  it('answers 404 for a pod that is not there and 403 for a namespace that was not recorded', async () => {
    expect((await plain.get('/api/v1/namespaces/payments/pods/nope/log')).code).toBe(404)
    expect((await plain.get('/api/v1/namespaces/kube-system/pods/nope/log')).json().message).toContain('not recorded')
  })

  it('answers nothing, without an error, for a pod that no node has', async () => {
    const [pod] = (await plain.get('/api/v1/namespaces/vision/pods')).json().items
    const answer = await plain.get(`/api/v1/namespaces/vision/pods/${pod?.metadata.name}/log`)
    expect([answer.code, answer.text]).toEqual([200, ''])
  })
})
