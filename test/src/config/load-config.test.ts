import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Config, ConfigError, type ConfigProblem } from '#src/config/config.ts'
import { loadConfig } from '#src/config/load-config.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'config-'))
  mkdirSync(join(root, 'configs'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const load = (env: Record<string, string> = {}): Config =>
  loadConfig({ env, cwd: root, root, env_file: join(root, '.env') })

function problemsOf(env: Record<string, string> = {}): ConfigProblem[] {
  try {
    load(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('src/config/load-config', () => {
  it('needs nothing: every value has a default', () => {
    const config = load()
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      log_level: 'info',
      store: { kind: 'sqlite', path: join(root, 'data/sre-agent.db') },
      cluster: { kind: 'practice', incidents: join(root, 'practice/incidents') },
      runs: { concurrent: 3, queue_ttl_seconds: 600, lease_seconds: 30, worker: 'inside' },
      workflow: { max_turns: 20, timeout_seconds: 300, confidence_threshold: 0.8, require_consensus: false },
      policy: { dry_run: true, require_approval: true },
    })
  })

  it('is frozen through and through', () => {
    const config = load()
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(config.workflow.human_in_loop_actions)).toBe(true)
  })

  it('reads .env, and the real environment wins over it', () => {
    writeFileSync(join(root, '.env'), 'PORT=9001\nLOG_LEVEL=warn\nKUBECONFIG=\n')
    expect(load({ PORT: '9002' })).toMatchObject({ port: 9002, log_level: 'warn', cluster: { kind: 'practice' } })
  })

  it('names every bad value at once, with what it was and what is allowed', () => {
    writeFileSync(
      join(root, 'configs/agents.yaml'),
      'workflow:\n  max_turns: 0\n  confidence_threshold: high\n  max_turn: 3\n  human_in_loop_actions: [reboot]\nworkflows: {}\n',
    )
    writeFileSync(
      join(root, 'configs/policy.yaml'),
      'policy:\n  dry_run: "yes"\n  namespaces: {allow: ["Not A Name"]}\n',
    )
    const problems = problemsOf({ PORT: '80000', HOST: '0.0.0.0:80', LOG_LEVEL: 'loud', MAX_CONCURRENT_ALERTS: '1.5' })
    expect(problems.map(({ where, was }) => [where, was])).toEqual([
      ['HOST', '"0.0.0.0:80"'],
      ['PORT', '"80000"'],
      ['LOG_LEVEL', '"loud"'],
      ['MAX_CONCURRENT_ALERTS', '"1.5"'],
      ['configs/agents.yaml: workflow.max_turns', '0'],
      ['configs/agents.yaml: workflow.confidence_threshold', '"high"'],
      ['configs/agents.yaml: workflow.human_in_loop_actions.0', '"reboot"'],
      ['configs/agents.yaml: workflow.max_turn', 'not a known key'],
      ['configs/agents.yaml: workflows', 'not a known key'],
      ['configs/policy.yaml: policy.namespaces.allow.0', '"Not A Name"'],
      ['configs/policy.yaml: policy.dry_run', '"yes"'],
    ])
    const allowed = Object.fromEntries(problems.map((problem) => [problem.where, problem.allowed]))
    expect(allowed).toMatchObject({
      HOST: expect.stringContaining('without a port'),
      PORT: 'a port number from 0 (any free port) to 65535',
      'configs/agents.yaml: workflow.max_turns': 'a whole number from 1 to 500',
      'configs/agents.yaml: workflow.max_turn': expect.stringContaining('max_turns, timeout_seconds'),
      'configs/agents.yaml: workflow.human_in_loop_actions.0': expect.stringContaining('rollback'),
    })
  })

  it.each(['0.0.0.0', '::', '10.0.0.1', 'example.org', '127.0.0.1.example.org'])(
    'refuses to listen on %s as long as nobody is asked who they are',
    (HOST) => {
      const [problem, ...others] = problemsOf({ HOST })
      expect(problem).toMatchObject({
        where: 'HOST',
        was: `"${HOST}"`,
        allowed: expect.stringContaining('access.yaml'),
      })
      expect(others).toEqual([])
    },
  )

  it.each(['0.0.0.0', '::', 'sre.example.org'])('listens on %s with a token', (HOST) => {
    const sha256 = 'AB'.repeat(32)
    writeFileSync(join(root, 'configs/access.yaml'), `tokens: [{name: grafana, role: reader, sha256: ${sha256}}]`)
    const config = load({ HOST })
    expect(config.host).toBe(HOST)
    expect(config.access?.tokens).toEqual([{ name: 'grafana', role: 'reader', sha256: sha256.toLowerCase() }])
    expect(config.limits).toMatchObject({ signals_per_minute: 6000, requests_per_minute: 600 })
  })

  it.each(['1.2.3', '256.1.1.1', 'a b', 'http://x', '-x', '*'])('takes %s for no address', (HOST) => {
    expect(problemsOf({ HOST }).map(({ where }) => where)).toEqual(['HOST'])
  })

  it('limits nobody where nobody is asked who they are, unless told to', () => {
    expect(load().limits).toMatchObject({ signals_per_minute: 0, requests_per_minute: 0 })
    expect(load({ RATE_LIMIT_PER_MINUTE: '5' }).limits).toMatchObject({ signals_per_minute: 0, requests_per_minute: 5 })
  })

  it.each(['127.0.0.1', '127.0.0.53', 'localhost', '::1'])('listens on %s', (HOST) => {
    expect(load({ HOST }).host).toBe(HOST)
  })

  it('takes PostgreSQL as it stands, and names a broken address without its password', () => {
    const url = 'postgres://sre:hunter2@db:5432/sre'
    expect(load({ DATABASE_URL: url }).store).toEqual({ kind: 'postgres', url })
    const [problem] = problemsOf({ DATABASE_URL: 'postgres://sre:hunter2@db:port/sre' })
    expect(problem).toMatchObject({ where: 'DATABASE_URL', allowed: expect.stringContaining('postgres://') })
    expect(JSON.stringify(problem)).not.toContain('hunter2')
  })

  it.each([
    ['sqlite:store/a.db', 'store/a.db'],
    ['sqlite:///var/lib/a.db', '/var/lib/a.db'],
    ['sqlite:/var/lib/a.db', '/var/lib/a.db'],
  ])('takes %s', (DATABASE_URL, path) => {
    const wanted = path.startsWith('/') ? path : join(root, path)
    expect(load({ DATABASE_URL }).store).toEqual({ kind: 'sqlite', path: wanted })
  })

  it.each(['mysql://x', 'sqlite:', 'a.db'])('refuses the store %s', (DATABASE_URL) => {
    expect(problemsOf({ DATABASE_URL }).map(({ where }) => where)).toEqual(['DATABASE_URL'])
  })

  it('takes the kubeconfig that is named, and refuses one that is not there', () => {
    writeFileSync(join(root, 'kubeconfig'), '')
    expect(load({ KUBECONFIG: 'kubeconfig', KUBE_CONTEXT: 'blue' }).cluster).toEqual({
      kind: 'kubeconfig',
      path: join(root, 'kubeconfig'),
      context: 'blue',
    })
    expect(problemsOf({ KUBECONFIG: 'missing' })[0]).toMatchObject({ where: 'KUBECONFIG', was: '"missing"' })
  })

  it('refuses a context without a kubeconfig that could hold it', () => {
    expect(problemsOf({ KUBE_CONTEXT: 'blue' }).map(({ where }) => where)).toEqual(['KUBE_CONTEXT'])
  })

  it('names a configuration file that is no YAML, and one that is not there', () => {
    writeFileSync(join(root, 'broken.yaml'), 'workflow: [1,\n')
    expect(problemsOf({ SRE_AGENT_CONFIG: 'broken.yaml' })[0]).toMatchObject({ where: 'broken.yaml' })
    expect(problemsOf({ SRE_AGENT_CONFIG: 'missing.yaml' })[0]).toMatchObject({ where: 'SRE_AGENT_CONFIG' })
  })

  it('ships examples that say the defaults', () => {
    const configs = join(import.meta.dirname, '../../../configs')
    const shipped = load({
      SRE_AGENT_CONFIG: join(configs, 'agents.example.yaml'),
      SRE_AGENT_POLICY: join(configs, 'policy.example.yaml'),
      SRE_AGENT_ACCESS: join(configs, 'access.example.yaml'),
    })
    expect(shipped).toEqual(load())
  })

  it('ships a .env example that changes nothing', () => {
    const example = join(import.meta.dirname, '../../../.env.example')
    const shipped = loadConfig({ env: {}, cwd: root, root, env_file: example })
    expect(shipped).toEqual(load())
  })
})
