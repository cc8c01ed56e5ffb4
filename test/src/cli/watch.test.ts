import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildCliPorts } from '../../helpers/cli-ports.ts'
import { buildClusterEvent } from '../../helpers/cluster-event.ts'
import { startScriptedService } from '../../helpers/scripted-service.ts'
import type { ReachedCluster, WatchFrom } from '../../../src/cli/cli-ports.ts'
import { runCli } from '../../../src/cli/run-cli.ts'
import type { ClusterEvent } from '../../../src/domain/kubernetes/event.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

type Script = (ClusterEvent | 'break' | 'end')[]

/** A cluster whose watch tells one script after the other; with the last it stays silent. */
function scriptedCluster(scripts: Script[]): ReachedCluster & { asked: WatchFrom[] } {
  const asked: WatchFrom[] = []
  return {
    asked,
    context: 'scripted',
    close: () => Promise.resolve(),
    listNamespaces: () => Promise.reject(new Error('nobody asked for namespaces')),
    async *watchEvents(from, signal) {
      asked.push(from)
      for (const step of scripts.shift() ?? []) {
        if (step === 'break') throw new Error('connection reset')
        if (step === 'end') return
        yield step
      }
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    },
  }
}

async function watch(scripts: Script[], until: number, argv: string[] = []) {
  const stop = new AbortController()
  await using service = await startScriptedService((_, number) => {
    if (number >= until) setImmediate(() => setImmediate(() => stop.abort()))
    return { status: 202 }
  })
  const cluster = scriptedCluster(scripts)
  const { ports, printed } = buildCliPorts({ signal: stop.signal, openCluster: () => Promise.resolve(cluster) })
  const state = join(folder, 'state.json')
  const code = await runCli(['watch', '--to', service.url, '--state', state, ...argv], ports)
  return { code, ...printed, asked: service.asked, from: cluster.asked, state: await readFile(state, 'utf8') }
}

const names = (asked: { body: unknown }[]) => asked.map(({ body }) => (body as { resource_name: string }).resource_name)

describe('src/cli/watch', () => {
  it('forwards events without waiting for decisions, and sums up when it is stopped', async () => {
    const { code, asked, stderr } = await watch([[buildClusterEvent(1), buildClusterEvent(2)]], 2)
    expect(code).toBe(0)
    expect(asked.map(({ path }) => path)).toEqual(['/decide?wait=false', '/decide?wait=false'])
    expect(names(asked)).toEqual(['cart-1', 'cart-2'])
    expect(stderr).toContain('Watching all namespaces of scripted')
    expect(stderr).toMatch(/Events: 2 seen, .* 0 dropped/)
  })

  it('starts a watch again that broke or ended, from where it was, and forwards nothing twice', async () => {
    const first = buildClusterEvent(1)
    const { asked, from, stderr } = await watch(
      [
        [first, 'break'],
        [first, 'end'],
        [first, buildClusterEvent(2)],
      ],
      2,
    )
    expect(names(asked)).toEqual(['cart-1', 'cart-2'])
    expect(from).toHaveLength(3)
    expect(Date.parse(from[2]?.since ?? '')).toBe(Date.parse(first.last_seen) - 60_000)
    expect(stderr).toContain('The watch broke: connection reset')
  })

  it('remembers over a restart what it has done', async () => {
    await watch([[buildClusterEvent(1), buildClusterEvent(2)]], 2)
    const again = await watch([[buildClusterEvent(1), buildClusterEvent(2), buildClusterEvent(3)]], 1)
    expect(names(again.asked)).toEqual(['cart-3'])
  })

  it('hands on the namespace', async () => {
    const { from } = await watch([[buildClusterEvent(1)]], 1, ['-n', 'shop', '--since', '5'])
    expect(from[0]?.namespace).toBe('shop')
  })

  it('refuses a state file that it cannot read rather than starting anew', async () => {
    const state = join(folder, 'broken.json')
    await writeFile(state, '{"since": 1')
    const { ports, printed } = buildCliPorts({ openCluster: () => Promise.resolve(scriptedCluster([])) })
    expect(await runCli(['watch', '--to', 'http://127.0.0.1:9', '--state', state], ports)).toBe(3)
    expect(printed.stderr).toContain('is no state of a watch')
  })

  it('delivers what came while the service was away once it is back', async () => {
    const stop = new AbortController()
    const seen: unknown[] = []
    await using service = await startScriptedService((body, number) => {
      if (number === 1) return { status: 503 }
      seen.push(body)
      if (seen.length === 2) setImmediate(() => setImmediate(() => stop.abort()))
      return { status: 202 }
    })
    const cluster = scriptedCluster([[buildClusterEvent(1), buildClusterEvent(2)]])
    const { ports } = buildCliPorts({ signal: stop.signal, openCluster: () => Promise.resolve(cluster) })
    await runCli(['watch', '--to', service.url, '--state', join(folder, 'state.json')], ports)
    expect(names(seen.map((body) => ({ body })))).toEqual(['cart-1', 'cart-2'])
  })
})
