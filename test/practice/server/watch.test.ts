import { KubeConfig, Watch } from '@kubernetes/client-node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPlainClient, type PlainClient } from '#test/helpers/practice-client.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

interface WatchEvent {
  type: string
  object: { kind: string; metadata: { name: string; resourceVersion: string }; message?: string; code?: number }
}

const events = '/api/v1/namespaces/payments/events'

describe('practice/server/watch', () => {
  let practice: Practice
  let plain: PlainClient
  let client: Watch

  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents/01-missing-env'] })
    plain = createPlainClient(practice)
    const config = new KubeConfig()
    config.loadFromFile(practice.kubeconfig)
    client = new Watch(config)
  })
  afterEach(() => practice.control.clear())
  afterAll(async () => {
    plain.close()
    await practice.stop()
  })

  const parse = (text: string) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as WatchEvent)
  const read = async (path: string, parameters: string) =>
    parse((await plain.get(`${path}?watch=true&${parameters}`)).text)
  const versionOf = async (path: string) => (await plain.get(path)).json().metadata.resourceVersion

  /** Watches with client-node until `until` holds for what has come, or the watch ends. */
  function watchUntil(parameters: Record<string, string | boolean>, until: (seen: string[]) => boolean) {
    const seen: string[] = []
    const opened = Promise.withResolvers<void>()
    const done = Promise.withResolvers<{ seen: string[]; error?: unknown }>()
    const start = client.watch(
      events,
      parameters,
      (type: string, object: WatchEvent['object']) => {
        seen.push(`${type} ${object.metadata.name}`)
        if (until(seen)) done.resolve({ seen })
      },
      (error: unknown) => done.resolve({ seen, error }),
    )
    start.then(() => opened.resolve()).catch(opened.reject)
    return { opened: opened.promise, done: done.promise, abort: async () => (await start).abort() }
  }

  it('begins with what is there and ends after timeoutSeconds with a bookmark', async () => {
    const seen = await read('/api/v1/namespaces/payments/pods', 'timeoutSeconds=1&allowWatchBookmarks=true')
    expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED', 'BOOKMARK'])
    expect(seen[0]?.object.kind).toBe('Pod')
    expect(seen.at(-1)?.object.metadata.resourceVersion).toBe(await versionOf('/api/v1/namespaces/payments/pods'))
  })

  it('gives no bookmark to who did not ask, and nothing old to who comes from a list', async () => {
    const version = await versionOf(events)
    expect(await read(events, `timeoutSeconds=1&resourceVersion=${version}`)).toEqual([])
  })

  it('marks the end of the initial events for a streaming list', async () => {
    const parameters =
      'timeoutSeconds=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan'
    const seen = await read('/api/v1/namespaces/payments/pods', parameters)
    expect(seen[3]?.type).toBe('BOOKMARK')
    expect(JSON.stringify(seen[3])).toContain('"k8s.io/initial-events-end":"true"')
  })

  it('says 410 in the stream when the version is too old', async () => {
    const [error] = await read(events, 'timeoutSeconds=1&resourceVersion=1')
    expect(error?.type).toBe('ERROR')
    expect(error?.object.code).toBe(410)
    expect(error?.object.message).toMatch(/^too old resource version: 1 \(\d+\)$/)
  })

  it('shows an injected event to client-node, in both APIs', async () => {
    const watch = watchUntil({ resourceVersion: await versionOf(events) }, (seen) => seen.length === 1)
    await watch.opened
    const pods = (await plain.get('/api/v1/namespaces/payments/pods')).json()
    const name = pods.items[0]?.metadata.name ?? ''
    const emitted = await practice.control.emit({
      namespace: 'payments',
      name,
      reason: 'Unhealthy',
      message: 'probe failed',
    })
    expect((await watch.done).seen).toEqual([`ADDED ${emitted.metadata.name}`])
    await watch.abort()
    const core = (await plain.get(`${events}/${emitted.metadata.name}`)).json()
    expect(core['involvedObject']).toMatchObject({ kind: 'Pod', name, uid: expect.stringMatching(/-/) as string })
    const modern = (
      await plain.get(`/apis/events.k8s.io/v1/namespaces/payments/events/${emitted.metadata.name}`)
    ).json()
    expect(modern['note']).toBe('probe failed')
  })

  it('resumes from a version: what came in between is not lost', async () => {
    const version = await versionOf(events)
    const emitted = await practice.control.emit({ namespace: 'payments', name: 'between', kind: 'Deployment' })
    const seen = await read(events, `timeoutSeconds=1&resourceVersion=${version}`)
    expect(seen.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
      `ADDED ${emitted.metadata.name}`,
    ])
  })

  it('shows changes of objects, narrowed by selectors', async () => {
    const path = '/api/v1/namespaces/payments/configmaps'
    const version = await versionOf(path)
    const object = (wanted: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'made', namespace: 'payments', labels: { wanted } },
    })
    await practice.control.change('ADDED', object('no'))
    await practice.control.change('MODIFIED', object('yes'))
    await practice.control.change('MODIFIED', object('no'))
    await practice.control.change('DELETED', object('no'))
    const types = async (selector: string) =>
      (await read(path, `timeoutSeconds=1&resourceVersion=${version}${selector}`)).map(({ type }) => type)
    expect(await types('')).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED'])
    expect(await types('&labelSelector=wanted%3Dyes')).toEqual(['ADDED', 'DELETED'])
  })

  it('drops an open watch on request, and the next one goes on', async () => {
    const watch = watchUntil({ resourceVersion: await versionOf(events) }, () => false)
    await watch.opened
    await practice.control.fault({ kind: 'drop', resource: 'events', count: 1 })
    expect((await watch.done).error).toBeDefined()
    const again = watchUntil({}, (seen) => seen.length > 3)
    expect((await again.done).seen.length).toBeGreaterThan(3)
    await again.abort()
  })

  it('drops a watch that is opened later', async () => {
    await practice.control.fault({ kind: 'drop', verb: 'watch', resource: 'events' })
    await expect(plain.get(`${events}?watch=true`)).rejects.toThrow(/aborted|hang up|ECONNRESET/)
  })

  it('forgets the past on request: an old version answers 410', async () => {
    const version = await versionOf(events)
    await practice.control.compact()
    const [error] = await read(events, `resourceVersion=${version}&timeoutSeconds=1`)
    expect(error?.object.code).toBe(410)
  })
})
