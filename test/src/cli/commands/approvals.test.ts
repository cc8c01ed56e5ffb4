import { describe, expect, it } from 'vitest'
import { runCli } from '#src/cli/run-cli.ts'
import { buildApproval, minutesAfter } from '#test/helpers/build-change.ts'
import { problem, type Routes, runAgainst } from '#test/helpers/change-service.ts'
import { buildCliPorts } from '#test/helpers/cli-ports.ts'
import { startScriptedService } from '#test/helpers/scripted-service.ts'

const approval = buildApproval({ asked_at: minutesAfter(-5, Date.now()), expires_at: minutesAfter(55.5, Date.now()) })
const hash = approval.plan_hash
const [start, other] = [hash.slice(0, 12), '0123456789ab']
const ok = (body: unknown) => ({ status: 200, body })

const routes: Routes = {
  'GET /api/approvals': ok({ approvals: [approval] }),
  'GET /api/approvals/apr_1': ok(approval),
  'GET /api/incidents/inc_1': ok({ status: 'done', summary: 'Deployment gateway crashes.' }),
  'POST /api/approvals/apr_1/approve': ok({ ...approval, status: 'approved', decided_by: 'ada' }),
  'POST /api/approvals/apr_1/reject': ok({ ...approval, status: 'rejected', decided_by: 'ada' }),
}

type Parts = Parameters<typeof runAgainst>[2]
const run = (argv: string[], over: Routes = {}, parts: Parts = {}) =>
  runAgainst({ ...routes, ...over }, ['approvals', ...argv], parts)
const sent = (asked: { method: string; path: string }[]) => asked.map(({ method, path }) => `${method} ${path}`)

describe('src/cli/commands/approvals', () => {
  describe('list', () => {
    it('shows those that are pending as a table, with the token', async () => {
      const { code, stdout, asked } = await run(['list'], {}, { env: { SRE_AGENT_TOKEN: 'sre_abc' } })
      expect(code).toBe(0)
      expect(stdout).toMatch(/^ID +AGE +EXPIRES IN +ACTION +NAMESPACE +SERVICE\n/)
      expect(stdout).toMatch(/\napr_1 +5m +55m +roll back Deployment\/gateway +payments +gateway\n$/)
      expect(sent(asked)).toEqual(['GET /api/approvals?limit=50&status=pending'])
      expect(asked[0]?.authorization).toBe('Bearer sre_abc')
    })

    it('hands every filter on', async () => {
      const filters = ['--status', 'approved,expired', '-n', 'a&b', '--incident', 'inc_1', '--limit', '7']
      const [path] = sent((await run(['list', ...filters])).asked)
      expect(path).toBe('GET /api/approvals?limit=7&status=approved%2Cexpired&namespace=a%26b&incident_id=inc_1')
    })

    it.each<[string[], string]>([
      [[], 'No approval is pending.\n'],
      [['-n', 'shop'], 'No approval is pending in shop.\n'],
      [['--status', 'approved,expired'], 'No approval is approved or expired.\n'],
    ])('says that there is none: %j', async (argv, words) => {
      const empty = { 'GET /api/approvals': ok({ approvals: [] }) }
      expect(await run(['list', ...argv], empty)).toMatchObject({ code: 0, stdout: words, stderr: '' })
      expect(await run(['list', '--json', ...argv], empty)).toMatchObject({ code: 0, stdout: '' })
    })

    it('says that there are more', async () => {
      const more = { 'GET /api/approvals': ok({ approvals: [approval], next_cursor: 'c' }) }
      expect((await run(['list'], more)).stderr).toContain('There are more than the 1 shown: --limit shows up to 200')
      expect((await run(['list', '--limit', '200'], more)).stderr).not.toContain('--limit')
    })

    it('prints with --json what the service said, one object a line, and nothing that a terminal would obey', async () => {
      const said = [{ ...approval, new_field: 'a\u009bb' }, approval]
      const { stdout } = await run(['list', '--json'], { 'GET /api/approvals': ok({ approvals: said }) })
      const lines = stdout.trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(said)
      expect(stdout).not.toContain('\u009b')
    })

    it('folds rows on a narrow terminal, in colour unless NO_COLOR is set', async () => {
      let text = ''
      const stdout = { isTTY: true, columns: 40, write: (words: string) => (text += words) }
      await run(['list'], {}, { stdout })
      expect(text).toContain('\u001b[2mID')
      expect(text).toMatch(/\napr_1 +5m +55m\n {2}roll back/)
      text = ''
      await run(['list'], {}, { stdout, env: { NO_COLOR: '1' } })
      expect(text).not.toContain('\u001b')
    })
  })

  describe('show', () => {
    it('tells the plan, the incident, and the lines that answer, which ask the same service', async () => {
      const { code, stdout, url } = await run(['show', 'apr_1'])
      expect(code).toBe(0)
      expect(stdout).toContain('to_revision = 4')
      expect(stdout).toContain('done: Deployment gateway crashes.')
      expect(stdout).toContain(`  sre-agent approvals approve apr_1 --plan-hash ${start} --to ${url}\n`)
      expect(stdout).toContain(`  sre-agent approvals reject apr_1 --plan-hash ${start} --comment '' --to ${url}\n`)
    })

    it('says so where the incident cannot be read', async () => {
      const gone = { 'GET /api/incidents/inc_1': problem(404, 'SRE_INCIDENTS_UNKNOWN', 'no incident has this id') }
      const { code, stdout } = await run(['show', 'apr_1'], gone)
      expect(code).toBe(0)
      expect(stdout).toContain('could not be read: Refused: no incident has this id')
      expect(stdout).toContain('approvals approve')
    })

    it('prints with --json what the service said', async () => {
      const { stdout, asked } = await run(['show', 'apr_1', '--json'])
      expect(JSON.parse(stdout)).toEqual(approval)
      expect(asked).toHaveLength(1)
    })
  })

  describe('approve and reject', () => {
    it.each([start, start.toUpperCase(), hash])(
      'sends the whole hash of the plan that begins with %s',
      async (given) => {
        const { code, stdout, asked, url } = await run(['approve', 'apr_1', '--plan-hash', given, '--comment', ' go '])
        expect(code).toBe(0)
        expect(sent(asked)).toEqual(['GET /api/approvals/apr_1', 'POST /api/approvals/apr_1/approve'])
        expect(asked[1]?.body).toEqual({ plan_hash: hash, comment: 'go' })
        expect(stdout).toContain('Approved by ada for 55m')
        expect(stdout).toContain(`executions begin inc_1 --action act_1 --plan-hash ${start} --to ${url}`)
      },
    )

    it('rejects with a reason', async () => {
      const { code, stdout, asked } = await run(['reject', 'apr_1', '--plan-hash', start, '--comment', 'not at night'])
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: 'Rejected by ada: roll back Deployment/gateway in payments\n',
      })
      expect(asked[1]).toMatchObject({
        path: '/api/approvals/apr_1/reject',
        body: { plan_hash: hash, comment: 'not at night' },
      })
    })

    it.each(['approve', 'reject'])('sends no %s for another plan, and shows the one that it is about', async (verb) => {
      const { code, stdout, stderr, asked } = await run([verb, 'apr_1', '--plan-hash', other, '--comment', 'x'])
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain(`Refused: approval apr_1 is for another plan than ${other}. Nothing was sent.`)
      expect(stderr).toContain('to_revision = 4')
      expect(stderr).toContain(`plan hash ${hash}`)
      expect(sent(asked)).toEqual(['GET /api/approvals/apr_1'])
    })

    it.each<[string[], RegExp]>([
      [['approve', 'apr_1'], /--plan-hash is missing; .*first 12 .*approvals show apr_1/],
      [['approve', 'apr_1', '--plan-hash', start.slice(0, 11)], /at least the first 12/],
      [['approve', 'apr_1', '--plan-hash', `${hash}0`], /64 hex digits/],
      [['approve', 'apr_1', '--plan-hash', 'not-hexadecimal'], /hex digits/],
      [['approve', 'apr_1', '--plan-hash', ''], /hex digits/],
      [
        ['approve', 'apr_1', '--plan-hash', start, '--comment', ' '],
        /--comment.*It has 0 characters\. Allowed: 1 to 1000/,
      ],
      [['reject', 'apr_1', '--plan-hash', start], /--comment is missing/],
      [['reject', 'apr_1', '--plan-hash', start, '--comment', 'x'.repeat(1001)], /--comment.*It has 1001 characters/],
    ])('asks nothing without what is needed: %j', async (argv, message) => {
      const { code, stderr, asked } = await run(argv)
      expect({ code, asked }).toEqual({ code: 2, asked: [] })
      expect(stderr).toMatch(message)
    })
  })

  it.each<[string[], RegExp]>([
    [[], /approvals needs one of these commands: list, show, approve, reject/],
    [['frob'], /unknown command 'frob'[^]*list, show, approve, reject/],
    [['toString'], /unknown command 'toString'/],
    [['show'], /missing required argument 'approval-id'/],
    [['show', '..'], /'\.\.' is invalid for argument 'approval-id'/],
    [['show', 'a/../b'], /Allowed: letters, digits/],
    [['show', 'a?b'], /Allowed: letters, digits/],
    [['show', 'apr_1', 'apr_2'], /Expected 1 argument but got 2: apr_1, apr_2/],
    [['list', 'apr_1'], /Expected 0 arguments but got 1: apr_1/],
    [['list', '--plan-hash', start], /--plan-hash[^]*--status <a,b>/],
    [['list', '--status', 'open'], /--status.*'open' is invalid\. Allowed, separated by commas: pending, approved/],
    [['list', '--limit', '201'], /from 1 to 200/],
    [['list', '--incident', 'a b'], /--incident.*'a b' is invalid/],
  ])('refuses %j with what is allowed, and asks nothing', async (argv, message) => {
    const { code, stdout, stderr, asked } = await run(argv)
    expect({ code, stdout, asked }).toEqual({ code: 2, stdout: '', asked: [] })
    expect(stderr).toMatch(message)
  })

  it.each<[number, string, RegExp]>([
    [401, 'SRE_ACCESS_UNAUTHENTICATED', /Set SRE_AGENT_TOKEN/],
    [403, 'SRE_ACCESS_FORBIDDEN', /Ask someone who has such a role/],
    [404, 'SRE_APPROVALS_UNKNOWN', /See: sre-agent approvals list --to/],
    [409, 'SRE_APPROVALS_PLAN', /See: sre-agent approvals show apr_1 --to/],
    [409, 'SRE_APPROVALS_STATE', /See: sre-agent approvals show apr_1 --to/],
  ])('says in one line what to do after %d %s', async (status, code, next) => {
    const no = { 'POST /api/approvals/apr_1/approve': problem(status, code, 'so it\n\u001b[2Jis') }
    const { code: exit, stdout, stderr } = await run(['approve', 'apr_1', '--plan-hash', start], no)
    expect({ exit, stdout, lines: stderr.split('\n').length }).toEqual({ exit: 1, stdout: '', lines: 2 })
    expect(stderr).toContain(`(${code})`)
    expect(stderr).toMatch(/^Refused: so it/)
    expect(stderr).toMatch(next)
    expect(stderr).not.toContain('\u001b')
  })

  it('says how long to wait, and what of the command line the service refuses', async () => {
    const busy = problem(429, 'SRE_SERVER_RATE_LIMITED', 'too many')
    const waiting = { 'GET /api/approvals': { ...busy, headers: { 'retry-after': '9' } } }
    expect(await run(['list'], waiting)).toMatchObject({
      code: 1,
      stderr: 'Refused: too many (SRE_SERVER_RATE_LIMITED). Try again in 9 s\n',
    })
    const errors = [{ path: 'namespace', problem: 'cannot be used', allowed: 'a name' }]
    const bad = { 'GET /api/approvals': problem(400, 'SRE_SERVER_QUERY_INVALID', 'namespace:\nno', { errors }) }
    const refused = await run(['list'], bad)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/^namespace: no; allowed: a name \(SRE_SERVER_QUERY_INVALID\)\nSee: /)
  })

  it.each<[string, Routes[string], RegExp]>([
    ['fails', problem(503, 'SRE_INCIDENTS_STORE_FAILED', 'the store failed'), /^No answer: the store failed/],
    ['is another program', { status: 404, body: '<html>' }, /HTTP 404 without a reason. Is this the address/],
    ['says something else', ok({ approvals: [{ id: 5 }] }), /sent something that this command does not understand/],
    ['says no list', ok([]), /sent something that this command does not understand/],
  ])('ends with 3 where the service %s', async (_, answer, message) => {
    const { code, stderr } = await run(['list'], { 'GET /api/approvals': answer })
    expect(code).toBe(3)
    expect(stderr).toMatch(message)
  })

  it('says where the service is not there, and looks at the port of the settings', async () => {
    const service = await startScriptedService(() => ok({ approvals: [] }))
    const { ports, printed } = buildCliPorts({ env: { PORT: new URL(service.url).port } })
    expect(await runCli(['approvals', 'list'], ports)).toBe(0)
    await service.close()
    expect(await runCli(['approvals', 'list'], ports)).toBe(3)
    expect(printed.stderr).toMatch(
      /^No answer from http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*Is the service running there\?/,
    )
  })

  it('says that it does not know where an answer was lost', async () => {
    const stop = new AbortController()
    const lost = { 'POST /api/approvals/apr_1/approve': ok('no JSON') }
    const said = await run(['approve', 'apr_1', '--plan-hash', start], lost)
    expect(said.code).toBe(3)
    expect(said.stderr).toContain('It is unknown whether the service accepted the answer')
    stop.abort()
    const { code, stderr } = await run(['approve', 'apr_1', '--plan-hash', start], {}, { signal: stop.signal })
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'Interrupted\n' })
  })
})
