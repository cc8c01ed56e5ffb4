import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCliPorts } from '#test/helpers/cli-ports.ts'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { type ScriptedAnswer, startScriptedService } from '#test/helpers/scripted-service.ts'
import type { CliPorts } from '#src/cli/cli-ports.ts'
import { runCli } from '#src/cli/run-cli.ts'

let folder = ''

const verdict = {
  namespace: 'shop',
  symptom: 'the cart is down',
  resource: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
  root_cause: 'CART_URL is not set.',
  category: 'missing_env',
  keywords: ['CART_URL'],
  needs_action: true,
  good_actions: [
    { kind: 'set_env', target: 'Deployment/shop/cart', params: { name: 'CART_URL', value: '<ask owner>' } },
  ],
  bad_actions: [{ kind: 'restart_rollout', target: 'Deployment/shop/cart', params: {} }],
  event: { namespace: 'shop', resource_kind: 'Pod', resource_name: 'cart-0' },
}
const healthy = {
  ...verdict,
  needs_action: false,
  category: 'healthy',
  event: undefined,
  good_actions: [{ kind: 'no_action', target: 'Namespace/shop' }],
}

async function addScenario(name: string, expected: unknown) {
  await mkdir(join(folder, name))
  await writeFile(join(folder, name, 'expected.json'), JSON.stringify(expected))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eval-test-'))
  await addScenario('01-missing', verdict)
  await addScenario('02-healthy', healthy)
  await mkdir(join(folder, 'notes'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Trace {
  /** Kubeconfig and context that each service was given. */
  contexts: string[]
  clusters: string[]
  dialects: (string | undefined)[]
  closed: number
  stores: string[]
  bodies: unknown[]
  most: number
}

async function evaluate(argv: string[], answer: (body: unknown) => ScriptedAnswer) {
  const trace: Trace = { contexts: [], clusters: [], dialects: [], closed: 0, stores: [], bodies: [], most: 0 }
  let running = 0
  await using service = await startScriptedService((body) => {
    trace.bodies.push(body)
    return answer(body)
  })
  const startPractice: CliPorts['startPractice'] = async ({ folders, reword }) => {
    trace.clusters.push(...folders)
    trace.dialects.push(reword)
    const ended = new Promise<number | null>(() => undefined)
    return { url: '', kubeconfig: '/kube', namespaces: [], ended, close: async () => void trace.closed++ }
  }
  const { ports, printed } = buildCliPorts({
    startPractice,
    env: { KUBE_CONTEXT: 'my-own', KUBECONFIG: '/my/own' },
    startService: async ({ env }) => {
      trace.most = Math.max(trace.most, ++running)
      trace.contexts.push(`${env['KUBECONFIG']} ${env['KUBE_CONTEXT']}`)
      trace.stores.push(env['DATABASE_URL'] ?? '')
      return { url: service.url, close: async () => void running-- }
    },
  })
  const code = await runCli(['eval', folder, ...argv], ports)
  return { code, ...printed, trace }
}

const right = (): ScriptedAnswer => ({ status: 200, body: buildDecision() })

describe('src/cli/commands/eval', () => {
  it('gives each question a cluster and a store of its own, and leaves none of them behind', async () => {
    const { trace } = await evaluate(['--by', 'all'], right)
    expect(trace.clusters).toHaveLength(6)
    expect(trace.closed).toBe(6)
    expect(new Set(trace.stores).size).toBe(6)
    for (const store of trace.stores) await expect(stat(store.replace('sqlite:', ''))).rejects.toThrow('ENOENT')
  })

  it("keeps the user's own cluster and context out of it", async () => {
    const { trace } = await evaluate([], right)
    expect(trace.contexts).toEqual(['/kube undefined', '/kube undefined'])
  })

  it('asks by event, by namespace and by symptom; by symptom where there is no event', async () => {
    const everything = { namespace: 'shop', resource_kind: 'Namespace', resource_name: 'shop' }
    const bySymptom = { ...everything, event_data: { message: 'the cart is down' } }
    const asked = async (way: string) => (await evaluate(['--by', way, '--jobs', '1'], right)).trace.bodies
    expect(await asked('event')).toEqual([verdict.event, bySymptom])
    expect(await asked('namespace')).toEqual([everything, everything])
    expect(await asked('symptom')).toEqual([bySymptom, bySymptom])
  })

  it('prints each grade, why it is bad, and the totals', async () => {
    const { code, stdout, stderr } = await evaluate([], right)
    expect(code).toBe(0)
    expect(stdout).toMatch(/01-missing +event +ok +ok +ok +ok +ok +- +\d+/)
    expect(stdout).toMatch(/02-healthy +event +NO +NO/)
    expect(stdout).toContain('02-healthy (event) outcome: no change is needed, but set_env is recommended')
    expect(stdout).toMatch(/event +2 +50\.0 % .* 1 of 1/)
    expect(stderr).toContain('[2/2]')
  })

  it('prints JSON with results in order and totals', async () => {
    const { stdout } = await evaluate(['--output', 'json', '--only', '01'], right)
    const printed = JSON.parse(stdout) as { results: unknown[]; totals: unknown }
    expect(printed.results).toEqual([
      {
        scenario: '01-missing',
        asked_by: 'event',
        decision: buildDecision(),
        grades: expect.objectContaining({ outcome: true, root: true, facts: true, action: true, harm: false }),
        ms: expect.any(Number),
      },
    ])
    expect(printed.totals).toMatchObject({ count: 1, outcome: 1, harm: 0, by: { event: { root: 1 } } })
  })

  it.each<[string[], number]>([
    [['--min-outcome', '0.5'], 0],
    [['--min-outcome', '0.51'], 1],
    [['--max-false-alarms', '0'], 1],
    [['--max-harm', '0'], 0],
    [['--only', '01', '--min-action', '1', '--min-facts', '1', '--min-root', '1'], 0],
  ])('ends under %j with %i', async (argv, code) => {
    const run = await evaluate(argv, right)
    expect(run.code).toBe(code)
    expect(run.stderr.includes('Threshold missed')).toBe(code === 1)
  })

  it.each([
    [['--reword'], ['json', 'klog', 'logfmt', 'plain']],
    [['--reword', 'klog'], ['klog']],
  ])('asks again with the logs in other words under %j, after the recorded ones', async (argv, dialects) => {
    const { trace, stdout, code } = await evaluate(['--only', '01', '--jobs', '1', ...argv], right)
    expect(trace.dialects).toEqual([undefined, ...dialects])
    for (const dialect of dialects) expect(stdout).toMatch(new RegExp(`event, ${dialect} +1 +100\\.0 %`))
    expect(code).toBe(0)
  })

  it('misses a threshold where other words cost a verdict', async () => {
    let asked = 0
    const answer = (): ScriptedAnswer =>
      asked++ === 0 ? right() : { status: 200, body: { ...buildDecision(), root_causes: [] } }
    const { code, stderr } = await evaluate(['--only', '01', '--jobs', '1', '--reword', 'plain'], answer)
    expect(code).toBe(1)
    expect(stderr).toContain('logs in plain: root falls by 100.0 points')
  })

  it('names the dialects where one is not known', async () => {
    const { code, stderr } = await evaluate(['--reword=xml'], right)
    expect(code).toBe(2)
    expect(stderr).toContain('all, json, klog, logfmt, plain')
  })

  it('keeps to the number of jobs', async () => {
    expect((await evaluate(['--by', 'all', '--jobs', '2'], right)).trace.most).toBeLessThanOrEqual(2)
    expect((await evaluate(['--by', 'all', '--jobs', '1'], right)).trace.most).toBe(1)
  })

  it('grades an error as no decision and goes on; where nothing answers it ends with 3', async () => {
    const broken = (): ScriptedAnswer => ({ status: 500, body: { title: 'Internal' } })
    const { code, stdout, trace } = await evaluate([], broken)
    expect(code).toBe(3)
    expect(stdout).toContain('no decision: HTTP 500: Internal')
    expect(trace.closed).toBe(2)
  })

  it('names the incidents where one is asked for that is not there', async () => {
    const { ports, printed } = buildCliPorts()
    expect(await runCli(['eval', folder, '--only', '99'], ports)).toBe(2)
    expect(printed.stderr).toContain('01-missing, 02-healthy')
  })
})
