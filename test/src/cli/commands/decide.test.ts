import { describe, expect, it } from 'vitest'
import { buildCliPorts } from '#test/helpers/cli-ports.ts'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { type ScriptedAnswer, startScriptedService } from '#test/helpers/scripted-service.ts'
import type { CliPorts } from '#src/cli/cli-ports.ts'
import { runCli } from '#src/cli/run-cli.ts'

async function decide(argv: string[], answer: ScriptedAnswer, parts: Partial<CliPorts> = {}) {
  await using service = await startScriptedService(() => answer)
  const { ports, printed } = buildCliPorts(parts)
  const code = await runCli(['decide', ...argv, '--to', service.url], ports)
  return { code, ...printed, asked: service.asked[0]?.body, url: service.url }
}

const answered = (parts = {}): ScriptedAnswer => ({ status: 200, body: buildDecision(parts) })

describe('src/cli/commands/decide', () => {
  it.each<[string[], unknown]>([
    [['deployment/cart', '-n', 'shop'], { namespace: 'shop', resource_kind: 'deployment', resource_name: 'cart' }],
    [['-n', 'shop'], { namespace: 'shop', resource_kind: 'Namespace', resource_name: 'shop' }],
    [['node/worker-1'], { resource_kind: 'node', resource_name: 'worker-1' }],
    [
      ['po/cart-0', '-n', 'shop', '-m', 'it is slow', '--reason', 'BackOff'],
      {
        event_type: 'Warning',
        namespace: 'shop',
        resource_kind: 'po',
        resource_name: 'cart-0',
        event_data: { reason: 'BackOff', message: 'it is slow' },
      },
    ],
    [
      ['-n', 'shop', '--message=-1 pods'],
      { namespace: 'shop', resource_kind: 'Namespace', resource_name: 'shop', event_data: { message: '-1 pods' } },
    ],
  ])('asks for %j', async (argv, body) => {
    expect((await decide(argv, answered())).asked).toEqual(body)
  })

  it.each([[['--include-system']], [['--concurrency', '8']]])('takes %j for all namespaces only', async (argv) => {
    const { code, stderr } = await decide(['-n', 'shop', ...argv], answered())
    expect(code).toBe(2)
    expect(stderr).toContain('need --all-namespaces')
  })

  it('prints a report that says where the record is', async () => {
    const { code, stdout, url } = await decide(['-n', 'shop'], answered())
    expect(code).toBe(0)
    expect(stdout).toContain('ISSUE')
    expect(stdout).toContain(`${url}/api/incidents/inc_1`)
  })

  it('prints JSON and markdown', async () => {
    expect(JSON.parse((await decide(['-n', 'shop', '-o', 'json'], answered())).stdout)).toEqual(buildDecision())
    expect((await decide(['-n', 'shop', '-o', 'markdown'], answered())).stdout).toContain('# issue: shop/cart')
  })

  it.each([
    [true, {}, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ])('colours on a terminal (%s) with %j: %s', async (isTTY, env, coloured) => {
    let text = ''
    await decide(['-n', 'shop'], answered(), { env, stdout: { isTTY, write: (part) => (text += part) } })
    expect(text.includes('\u001b[31m')).toBe(coloured)
  })

  it.each<[string, string[], ScriptedAnswer, number]>([
    ['an issue', [], answered(), 0],
    ['an issue for a script', ['--exit-code'], answered(), 1],
    ['all well', ['--exit-code'], answered({ outcome: 'healthy' }), 0],
    ['recovered', ['--exit-code'], answered({ outcome: 'recovered' }), 0],
    ['unknown', [], answered({ outcome: 'unknown' }), 3],
    ['a refused question', [], { status: 400, body: { title: 'Bad input', detail: 'resource_name' } }, 2],
    ['an error', [], { status: 500, body: { title: 'Internal' } }, 3],
    ['no JSON', [], { status: 200, body: '<html>' }, 3],
    ['no decision', [], { status: 200, body: { outcome: 'fine' } }, 3],
    ['a redirect elsewhere', [], { status: 302, headers: { location: 'http://127.0.0.1:9/' } }, 3],
  ])('ends for %s as its help says', async (_, argv, answer, code) => {
    expect((await decide(['-n', 'shop', ...argv], answer)).code).toBe(code)
  })

  it('says that a service is not there', async () => {
    const service = await startScriptedService(() => ({ status: 200 }))
    await service.close()
    const { ports, printed } = buildCliPorts()
    expect(await runCli(['decide', '-n', 'shop', '--to', service.url], ports)).toBe(3)
    expect(printed.stderr).toContain('ECONNREFUSED')
  })

  it('starts a service of its own with a temporary store, and closes it', async () => {
    await using service = await startScriptedService(() => answered())
    let closed = 0
    let given: Record<string, string> = {}
    const { ports, printed } = buildCliPorts({
      env: { KUBECONFIG: '/kube', EMPTY: '' },
      startService: async ({ env }) => {
        given = env
        return { url: service.url, close: async () => void closed++ }
      },
    })
    expect(await runCli(['decide', '-n', 'shop'], ports)).toBe(0)
    expect(given).toMatchObject({ KUBECONFIG: '/kube', PORT: '0', HOST: '127.0.0.1' })
    expect(given['DATABASE_URL']).toMatch(/^sqlite:.*sre-agent-decide-/)
    expect(given).not.toHaveProperty('EMPTY')
    expect(closed).toBe(1)
    expect(printed.stdout).toContain('temporary')
  })
})
