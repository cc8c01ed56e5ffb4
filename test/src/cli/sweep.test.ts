import { describe, expect, it } from 'vitest'
import { buildCliPorts } from '#test/helpers/cli-ports.ts'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { type ScriptedAnswer, startScriptedService } from '#test/helpers/scripted-service.ts'
import type { CliPorts, NamespaceList, ReachedCluster } from '#src/cli/cli-ports.ts'
import { runCli } from '#src/cli/run-cli.ts'

const listed = (...names: string[]): NamespaceList => ({ status: 'ok', names })

function scriptedCluster(list: NamespaceList): ReachedCluster & { closed: number } {
  const cluster = {
    context: 'prod-eu',
    closed: 0,
    close: () => Promise.resolve(void cluster.closed++),
    listNamespaces: () => Promise.resolve(list),
    watchEvents: () => {
      throw new Error('nobody asked for events')
    },
  }
  return cluster
}

type Answers = Record<string, ScriptedAnswer>
const decided = (parts = {}): ScriptedAnswer => ({ status: 200, body: buildDecision(parts) })
const healthy = decided({ outcome: 'healthy', root_causes: [], recommended_actions: [], gaps: [] })
const namespaceOf = (body: unknown): string => (body as { namespace: string }).namespace

interface Told {
  argv?: string[]
  parts?: Partial<CliPorts>
  /** Called with every question before it is answered. */
  onAsked?: (namespace: string) => void
}

async function sweep(list: NamespaceList, answers: Answers, { argv = [], parts = {}, onAsked }: Told = {}) {
  await using service = await startScriptedService((body) => {
    onAsked?.(namespaceOf(body))
    return answers[namespaceOf(body)] ?? healthy
  })
  const cluster = scriptedCluster(list)
  const openCluster = () => Promise.resolve(cluster)
  const { ports, printed } = buildCliPorts({ env: { KUBECONFIG: '/kube' }, openCluster, ...parts })
  const code = await runCli(['decide', '--all-namespaces', '--to', service.url, ...argv], ports)
  return { code, ...printed, asked: service.asked.map(({ body }) => namespaceOf(body)), closed: cluster.closed }
}

describe('src/cli/sweep', () => {
  it('asks once about every namespace but those of the system, and closes the cluster', async () => {
    const { code, stdout, asked, closed } = await sweep(listed('shop', 'kube-system', 'bank', 'kube-public'), {})
    expect(code).toBe(0)
    expect(asked.toSorted()).toEqual(['bank', 'shop'])
    expect(closed).toBe(1)
    expect(stdout).toContain('prod-eu: 2 namespaces, 0 with an issue, 2 healthy')
    expect(stdout).toContain('Not asked: 2 system namespaces')
  })

  it('asks about system namespaces where it is told to', async () => {
    const told = { argv: ['--include-system'] }
    expect((await sweep(listed('shop', 'kube-system'), {}, told)).asked.toSorted()).toEqual(['kube-system', 'shop'])
  })

  it('has so many questions under way and no more', async () => {
    let under = 0
    let most = 0
    const names = Array.from({ length: 12 }, (_, index) => `ns-${index}`)
    await using service = await startScriptedService(() => healthy)
    const fetched = globalThis.fetch
    globalThis.fetch = async (...words) => {
      most = Math.max(most, ++under)
      return fetched(...words).finally(() => under--)
    }
    const { ports } = buildCliPorts({
      env: { KUBECONFIG: '/kube' },
      openCluster: () => Promise.resolve(scriptedCluster(listed(...names))),
    })
    try {
      expect(await runCli(['decide', '-A', '--concurrency', '3', '--to', service.url], ports)).toBe(0)
    } finally {
      globalThis.fetch = fetched
    }
    expect(most).toBe(3)
    expect(service.asked).toHaveLength(12)
  })

  it.each<[string, string[], Answers, number]>([
    ['all well', ['--exit-code'], {}, 0],
    ['an issue', [], { shop: decided() }, 0],
    ['an issue for a script', ['--exit-code'], { shop: decided() }, 1],
    ['one unknown', [], { shop: decided({ outcome: 'unknown', root_causes: [] }) }, 3],
    ['an issue beside an unknown one', ['--exit-code'], { shop: decided(), bank: { status: 500 } }, 1],
    ['one that failed', [], { shop: { status: 500, body: { title: 'Internal' } } }, 3],
    ['one that answers nonsense', [], { shop: { status: 200, body: '<html>' } }, 3],
  ])('ends for %s as its help says', async (_, argv, answers, code) => {
    expect((await sweep(listed('shop', 'bank'), answers, { argv })).code).toBe(code)
  })

  it('shows a namespace that failed as unknown, with why', async () => {
    const failed = { status: 500, body: { title: 'The store failed', code: 'SRE_X' } }
    const { stdout } = await sweep(listed('shop', 'bank'), { shop: failed })
    expect(stdout).toContain('1 unknown, 1 healthy')
    expect(stdout).toMatch(/Unknown\n\s+shop\n\s+- no answer: HTTP 500: The store failed/)
  })

  it('asks a service that is full again', async () => {
    let tries = 0
    await using service = await startScriptedService(() => {
      return ++tries < 3 ? { status: 503, headers: { 'retry-after': '0' } } : healthy
    })
    const openCluster = () => Promise.resolve(scriptedCluster(listed('shop')))
    const { ports } = buildCliPorts({ env: { KUBECONFIG: '/kube' }, openCluster })
    expect(await runCli(['decide', '-A', '--to', service.url], ports)).toBe(0)
    expect(tries).toBe(3)
  })

  it('names the permission where the namespaces may not be listed', async () => {
    const refused = { status: 'refused', why: '403 Forbidden', needs: 'list on namespaces in the cluster' } as const
    const { code, stdout, stderr, asked } = await sweep(refused, {})
    expect(code).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toContain('403 Forbidden; needs list on namespaces in the cluster')
    expect(asked).toEqual([])
  })

  it('takes a cluster without a namespace for unknown, not for healthy', async () => {
    const { code, stderr } = await sweep(listed(), {})
    expect(code).toBe(3)
    expect(stderr).toContain('prod-eu has no namespace at all')
  })

  it('says that the list of namespaces was cut', async () => {
    const cut: NamespaceList = { status: 'ok', names: ['shop'], cut: 'more than 20000 objects' }
    expect((await sweep(cut, {})).stdout).toContain('more namespaces than were listed: more than 20000 objects')
  })

  it.each([['text'], ['json']])('prints what is known when it is interrupted (%s)', async (output) => {
    const stop = new AbortController()
    const names = ['bank', 'mail', 'shop', 'wiki']
    const told = {
      argv: ['--concurrency', '1', '--output', output],
      parts: { signal: stop.signal },
      onAsked: (namespace: string) => namespace === 'shop' && stop.abort(),
    }
    const { code, stdout, asked } = await sweep(listed(...names), { bank: decided() }, told)
    expect(code).toBe(130)
    expect(asked).not.toContain('wiki')
    if (output === 'text') {
      expect(stdout).toContain('2 of 4 namespaces, 1 with an issue, 1 healthy')
      expect(stdout).toContain('nothing is known of the other 2 namespaces')
    } else expect(JSON.parse(stdout)).toMatchObject({ totals: { issue: 1, healthy: 1, not_asked: 2, namespaces: 4 } })
  })

  it('prints every decision as JSON, a failed one as none, and totals', async () => {
    const { stdout } = await sweep(listed('shop', 'bank'), { bank: { status: 500 } }, { argv: ['-o', 'json'] })
    const { results, totals } = JSON.parse(stdout) as { results: { namespace: string }[]; totals: unknown }
    expect(results.toSorted((left, right) => (left.namespace < right.namespace ? -1 : 1))).toEqual([
      { namespace: 'bank', decision: null, why: 'HTTP 500' },
      { namespace: 'shop', decision: healthy.body },
    ])
    expect(totals).toMatchObject({ namespaces: 2, healthy: 1, unknown: 1, issue: 0, recovered: 0, not_asked: 0 })
  })

  it('is JSON, too, where only system namespaces are there', async () => {
    const { code, stdout } = await sweep(listed('kube-system'), {}, { argv: ['-o', 'json'] })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ results: [], totals: { namespaces: 0, left_out: 1 } })
  })

  it.each([
    [['deployment/cart'], 'deployment/cart'],
    [['-n', 'shop'], '--namespace'],
    [['-m', 'slow'], '--message'],
    [['--concurrency', '0'], '--concurrency'],
  ])('refuses %j beside all namespaces', async (argv, named) => {
    const { code, stderr } = await sweep(listed('shop'), {}, { argv })
    expect(code).toBe(2)
    expect(stderr).toContain(named)
  })

  it('needs a cluster of its own for the list when another service is asked', async () => {
    const { code, stderr } = await sweep(listed('shop'), {}, { parts: { env: {} } })
    expect(code).toBe(2)
    expect(stderr).toContain('set KUBECONFIG to the cluster of the service')
  })

  it('runs as many at a time in a service of its own', async () => {
    await using service = await startScriptedService(() => healthy)
    let given: Record<string, string> = {}
    const { ports } = buildCliPorts({
      openCluster: () => Promise.resolve(scriptedCluster(listed('shop'))),
      startService: ({ env }) => {
        given = env
        return Promise.resolve({ url: service.url, close: () => Promise.resolve() })
      },
    })
    expect(await runCli(['decide', '-A', '--concurrency', '7'], ports)).toBe(0)
    expect(given).toMatchObject({ MAX_CONCURRENT_ALERTS: '7', PORT: '0' })
  })
})
