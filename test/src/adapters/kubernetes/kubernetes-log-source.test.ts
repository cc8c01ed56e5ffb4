import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectCluster, type ClusterConnection } from '#src/adapters/kubernetes/connect.ts'
import type { LogRequest } from '#tools/logs/log-source.ts'
import { describeLogSource } from '#test/contract/log-source.contract.ts'
import { describeLogStream } from '#test/contract/log-stream.contract.ts'
import { startPractice, type Practice } from '#test/helpers/practice-server.ts'
import { rawPod, smallShop } from '#test/helpers/small-shop.ts'
import { writeIncident } from '#test/helpers/write-incident.ts'

const texts = ['starting up', 'reading settings', 'connecting to db', 'ERROR no answer', 'giving up']
const asText = (lines: string[]) => lines.map((text) => `${text}\n`).join('')
const gone = 'unable to retrieve container logs for containerd://0123456789abcdef'

const request: LogRequest = {
  namespace: 'shop',
  pod: 'api-1-x',
  container: 'api',
  previous: false,
  tail_lines: 100,
  limit_bytes: 100_000,
}

async function startShop(): Promise<{ practice: Practice; cluster: ClusterConnection; dispose(): Promise<void> }> {
  const pods = ['gone', 'waiting', 'ended', 'silent', 'hostile', 'long'].map((name) => rawPod(name, false))
  const incident = writeIncident(
    smallShop(false, pods, {
      'api-1-x__api.log': asText(texts),
      'gone__api.previous.log': gone,
      'waiting__api.log.error': 'container "api" in pod "waiting" is waiting to start: ContainerCreating',
      'ended__api.log.error': 'container "api" in pod "ended" is terminated',
      'silent__api.log': '',
      'long__api.log': 'one line of many\n'.repeat(20_000),
      'hostile__api.log': asText(['\u001b[31mred\u001b[0m \u0000 \u202e', `long ${'x'.repeat(20_000)}`, 'end']),
    }),
  )
  const practice = await startPractice({ incidents: [incident.folder] })
  const cluster = connectCluster({ kubeconfig_path: practice.kubeconfig, log_timeout_ms: 1_000 })
  const dispose = async () => {
    await cluster.close()
    await practice.stop()
    incident.remove()
  }
  return { practice, cluster, dispose }
}

describeLogSource('kubernetes', async () => {
  const shop = await startShop()
  const { cluster, practice } = shop
  await practice.control.fault({ kind: '403', resource: 'pods/log', name: 'silent' })
  return {
    source: cluster.logs,
    written: { request, texts },
    empty: [
      { request: { ...request, pod: 'gone', previous: true }, why: /no longer holds/ },
      { request: { ...request, pod: 'waiting' }, why: /not started/ },
      { request: { ...request, pod: 'ended' }, why: /has ended/ },
      { request: { ...request, pod: 'nobody' }, why: /no longer exists/ },
    ],
    failing: [{ request: { ...request, pod: 'silent' }, needs: /get on pods\/log in namespace shop/ }],
    dispose: () => shop.dispose(),
  }
})

describeLogStream('kubernetes', async () => {
  const shop = await startShop()
  await shop.practice.control.fault({ kind: '403', resource: 'pods/log', name: 'silent' })
  return {
    source: shop.cluster.logs,
    written: { request, texts },
    empty: [
      { request: { ...request, pod: 'waiting' }, why: /not started/ },
      { request: { ...request, pod: 'ended' }, why: /has ended/ },
      { request: { ...request, pod: 'nobody' }, why: /no longer exists/ },
    ],
    failing: [{ request: { ...request, pod: 'silent' }, needs: /get on pods\/log in namespace shop/ }],
    long: { ...request, pod: 'long' },
    dispose: () => shop.dispose(),
  }
})

describe('src/adapters/kubernetes/kubernetes-log-source', () => {
  let shop: Awaited<ReturnType<typeof startShop>>
  const signal = new AbortController().signal
  beforeAll(async () => {
    shop = await startShop()
  })
  afterAll(() => shop.dispose())

  it('reads the stamps of the runtime as times', async () => {
    const answer = await shop.cluster.logs.read(request, signal)
    if (answer.status !== 'read') throw new Error(answer.status)
    expect(answer.lines[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  it('lets hostile characters through as text and cuts very long lines', async () => {
    const answer = await shop.cluster.logs.read({ ...request, pod: 'hostile' }, signal)
    if (answer.status !== 'read') throw new Error(answer.status)
    expect(answer.lines.map((line) => line.text.length < 9_000)).toEqual([true, true, true])
    expect(answer.lines[0]?.text).toContain('\u001b[31m')
    expect(answer.lines[1]?.text).toMatch(/\[cut, 20005 characters\]$/)
  })

  it('says of a silent container that it has logged nothing', async () => {
    const answer = await shop.cluster.logs.read({ ...request, pod: 'silent' }, signal)
    expect(answer).toMatchObject({ status: 'empty', why: 'the container has logged nothing' })
  })

  it('throws a plain reason where a streamed log breaks off, after the lines that came', async () => {
    await shop.practice.control.fault({ kind: 'cut', resource: 'pods/log', count: 1 })
    const answer = await shop.cluster.logs.stream({ ...request, pod: 'long' }, signal)
    if (answer.status !== 'open') throw new Error(answer.status)
    let lines = 0
    const reading = (async () => {
      for await (const batch of answer.batches) lines += batch.lines.length
    })()
    await expect(reading).rejects.toThrow(/broke off|closed/)
    expect(lines).toBeGreaterThan(1000)
  })

  const faults = [
    { kind: '500', why: /500/ },
    { kind: '403', why: /403/ },
    { kind: 'hang', why: /timed out after 1 s/ },
  ] as const
  it.each(faults)('leaves a gap on a server fault: $kind', async ({ kind, why }) => {
    await shop.practice.control.fault({ kind, resource: 'pods/log' })
    const answer = await shop.cluster.logs.read(request, signal)
    await shop.practice.control.clear()
    if (answer.status !== 'failed') throw new Error(answer.status)
    expect(answer.gap.why).toMatch(why)
    expect(answer.gap.what).toBe('log of container api of pod api-1-x in namespace shop')
  })
})
