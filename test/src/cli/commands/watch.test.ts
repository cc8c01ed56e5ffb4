import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildCliPorts } from '#test/helpers/cli-ports.ts'
import { buildClusterEvent } from '#test/helpers/cluster-event.ts'
import { startScriptedService } from '#test/helpers/scripted-service.ts'
import type { ReachedCluster, WatchFrom } from '#src/cli/cli-ports.ts'
import { runCli } from '#src/cli/run-cli.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'

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

const names = (asked: { body: unknown }[]) =>
  asked.map(({ body }) => (body as { involvedObject: { name: string } }).involvedObject.name)

describe('src/cli/commands/watch', () => {
  it('forwards events without waiting for decisions, and sums up when it is stopped', async () => {
    const { code, asked, stderr } = await watch([[buildClusterEvent(1), buildClusterEvent(2)]], 2)
    expect(code).toBe(0)
    expect(asked.map(({ path }) => path)).toEqual(['/webhook/kubernetes', '/webhook/kubernetes'])
    expect(names(asked)).toEqual(['cart-1', 'cart-2'])
    expect(stderr).toContain('Watching all namespaces of scripted')
    expect(stderr).toMatch(/Events: 2 seen, 2 forwarded, 0 merged, 0 refused, 0 left/)
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

  it('remembers where it began before anything was handed over', async () => {
    const stop = new AbortController()
    await using service = await startScriptedService(() => {
      setImmediate(() => stop.abort())
      return { status: 503 }
    })
    const state = join(folder, 'state.json')
    const run = async (signal: AbortSignal) => {
      const cluster = scriptedCluster([[buildClusterEvent(1)]])
      const { ports } = buildCliPorts({ signal, openCluster: () => Promise.resolve(cluster) })
      await runCli(['watch', '--to', service.url, '--state', state, '--since', '0'], ports)
      return cluster.asked[0]?.since ?? ''
    }
    const first = await run(stop.signal)
    const again = await run(stop.signal)
    expect(again <= first).toBe(true)
  })

  it('reads no more than it has room for, and everything in the end', async () => {
    const events = Array.from({ length: 12 }, (_, index) => buildClusterEvent(index + 1))
    const { asked, stderr } = await watch([events], 12, ['--buffer', '2'])
    expect(names(asked)).toEqual(events.map((event) => event.regarding.name))
    expect(stderr).toContain('Events: 12 seen, 12 forwarded')
  })

  it('says who it is where it has a token', async () => {
    const stop = new AbortController()
    await using service = await startScriptedService(() => {
      setImmediate(() => setImmediate(() => stop.abort()))
      return { status: 202 }
    })
    const openCluster = () => Promise.resolve(scriptedCluster([[buildClusterEvent(1)]]))
    const env = { SRE_AGENT_TOKEN: 'abc' }
    const { ports, printed } = buildCliPorts({ signal: stop.signal, openCluster, env })
    await runCli(['watch', '--to', service.url, '--state', join(folder, 'state.json')], ports)
    expect(service.asked[0]?.authorization).toBe('Bearer abc')
    expect(printed.stderr + printed.stdout).not.toContain('abc')
  })
})
