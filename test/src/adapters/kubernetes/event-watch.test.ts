import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectCluster, type ClusterConnection } from '#src/adapters/kubernetes/connect.ts'
import type { WatchProblem, WatchRequest } from '#src/adapters/kubernetes/event-watch.ts'
import { startPractice, type Practice } from '#test/helpers/practice-server.ts'
import { smallShop } from '#test/helpers/small-shop.ts'
import { writeIncident } from '#test/helpers/write-incident.ts'

describe('src/adapters/kubernetes/event-watch', () => {
  const incident = writeIncident(smallShop(false))
  let practice: Practice
  let cluster: ClusterConnection
  let stop: AbortController
  let problems: WatchProblem[]

  beforeAll(async () => {
    practice = await startPractice({ incidents: [incident.folder] })
  })
  afterAll(() => practice.stop())
  beforeEach(async () => {
    await practice.control.clear()
    await practice.control.resetStats()
    cluster = connectCluster({ kubeconfig_path: practice.kubeconfig })
    stop = new AbortController()
    problems = []
  })
  afterEach(async () => {
    stop.abort()
    await cluster.close()
  })

  const quick = { first_pause_ms: 10, longest_pause_ms: 50 }
  const watch = (request: WatchRequest = {}) => {
    const onProblem = (problem: WatchProblem) => void problems.push(problem)
    return cluster.watchEvents({ ...quick, onProblem, ...request }, stop.signal)[Symbol.asyncIterator]()
  }
  const emit = (name: string, type = 'Warning') =>
    practice.control.emit({ namespace: 'shop', name, reason: 'BackOff', message: `about ${name}`, type })
  /** The watch has to stand before something new can reach it. */
  const standing = async () => {
    await expect.poll(async () => (await practice.control.stats()).by_request['watch events'] ?? 0).toBeGreaterThan(0)
  }

  it('tells new warnings, and no normal events', async () => {
    const events = watch({ namespace: 'shop' })
    const first = events.next()
    await standing()
    await emit('calm', 'Normal')
    await emit('loud')
    expect((await first).value).toMatchObject({ type: 'Warning', reason: 'BackOff', regarding: { name: 'loud' } })
  })

  it('goes on after a dropped connection, without repeats and without a hole', async () => {
    const events = watch()
    const first = events.next()
    await standing()
    await emit('one')
    expect((await first).value).toMatchObject({ regarding: { name: 'one' } })
    await practice.control.fault({ kind: 'drop', verb: 'watch', count: 1 })
    const second = events.next()
    await emit('two')
    expect((await second).value).toMatchObject({ regarding: { name: 'two' } })
  })

  it('lists anew where the server has forgotten its place', async () => {
    const events = watch()
    const first = events.next()
    await standing()
    await emit('one')
    await first
    await practice.control.fault({ kind: '410', verb: 'watch', count: 1 })
    await practice.control.compact()
    const second = events.next()
    await emit('two')
    expect((await second).value).toMatchObject({ regarding: { name: 'two' } })
  })

  it('keeps trying while it is refused, with growing pauses, and says so', async () => {
    await practice.control.fault({ kind: '403', resource: 'events' })
    const first = watch().next()
    await expect.poll(() => problems.length).toBeGreaterThan(3)
    expect(problems[0]).toMatchObject({ why: '403 Forbidden', needs: expect.stringMatching(/on events/) as string })
    expect(problems.slice(0, 4).map((problem) => problem.retry_in_ms)).toEqual([10, 20, 40, 50])
    await practice.control.clear()
    await practice.control.resetStats()
    await standing()
    await emit('at last')
    expect((await first).value).toMatchObject({ regarding: { name: 'at last' } })
  })

  it('tells at the start what came since a given time', async () => {
    await emit('earlier')
    const first = await watch({ since: new Date(Date.now() - 3_600_000).toISOString() }).next()
    expect(first.value).toMatchObject({ type: 'Warning' })
  })

  it('ends without an error when it is told to', async () => {
    const first = watch().next()
    await standing()
    stop.abort()
    expect(await first).toEqual({ done: true, value: undefined })
  })
})
