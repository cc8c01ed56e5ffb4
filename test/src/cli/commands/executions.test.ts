import { describe, expect, it } from 'vitest'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { buildExecution, minutesAfter } from '#test/helpers/build-change.ts'
import { problem, type Routes, runAgainst } from '#test/helpers/change-service.ts'
import { recommend } from '#test/helpers/recommend.ts'

const execution = buildExecution({
  started_at: minutesAfter(-5, Date.now()),
  expires_at: minutesAfter(55.5, Date.now()),
})
const hash = execution.plan_hash
const start = hash.slice(0, 12)
const ok = (body: unknown) => ({ status: 200, body })
const incident = { ...buildDecision({ recommended_actions: [recommend('inc_1')] }), status: 'done' }

const routes: Routes = {
  'GET /api/executions': ok({ executions: [execution] }),
  'GET /api/executions/exe_1': ok(execution),
  'GET /api/incidents/inc_1': ok(incident),
  'POST /api/incidents/inc_1/executions': { status: 201, body: execution },
  'POST /api/executions/exe_1/end': { status: 202, body: { ...execution, status: 'done', follow_up_run: true } },
}

const run = (argv: string[], over: Routes = {}) => runAgainst({ ...routes, ...over }, ['executions', ...argv])
const sent = (asked: { method: string; path: string }[]) => asked.map(({ method, path }) => `${method} ${path}`)
const begin = ['begin', 'inc_1', '--action', 'act_1', '--plan-hash']

describe('src/cli/commands/executions', () => {
  it('lists all as a table, or those that are asked for', async () => {
    const { code, stdout, asked } = await run(['list'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/\nexe_1 +running +5m +anna +- +roll back Deployment\/gateway in payments\n$/)
    const some = await run(['list', '--status', 'running,timed_out', '--incident', 'inc_1', '--limit', '3'])
    expect(sent([...asked, ...some.asked])).toEqual([
      'GET /api/executions?limit=50',
      'GET /api/executions?limit=3&status=running%2Ctimed_out&incident_id=inc_1',
    ])
  })

  it.each<[string[], string]>([
    [[], 'There is no execution.\n'],
    [['--status', 'failed,timed_out', '--incident', 'inc_9'], 'No execution is failed or timed_out in inc_9.\n'],
  ])('says that there is none: %j', async (argv, words) => {
    const empty = { 'GET /api/executions': ok({ executions: [] }) }
    expect(await run(['list', ...argv], empty)).toMatchObject({ code: 0, stdout: words, stderr: '' })
  })

  it('prints with --json what the service said', async () => {
    expect(JSON.parse((await run(['list', '--json'])).stdout)).toEqual(execution)
    expect(JSON.parse((await run(['show', 'exe_1', '--json'])).stdout)).toEqual(execution)
  })

  it('shows one with the lines that end it, which ask the same service', async () => {
    const { code, stdout, url } = await run(['show', 'exe_1'])
    expect(code).toBe(0)
    expect(stdout).toContain('anna began 5m ago')
    expect(stdout).toContain(`  sre-agent executions end exe_1 --status done --to ${url}\n`)
  })

  it('begins what the last decision recommends, with the whole hash, and shows the plan', async () => {
    const { code, stdout, asked } = await run([...begin, start])
    expect(code).toBe(0)
    expect(sent(asked)).toEqual(['GET /api/incidents/inc_1', 'POST /api/incidents/inc_1/executions'])
    expect(asked[1]?.body).toEqual({ action_id: 'act_1', plan_hash: hash })
    expect(stdout).toContain('to_revision = 4')
    expect(stdout).toContain('executions end exe_1 --status done')
  })

  it('begins nothing where another plan is recommended now, and shows that one', async () => {
    const { code, stderr, asked } = await run([...begin, '0123456789ab'])
    expect(code).toBe(1)
    expect(stderr).toContain('Refused: act_1 of inc_1 is for another plan than 0123456789ab. Nothing was sent.')
    expect(stderr).toContain(`to_revision = 4`)
    expect(asked).toHaveLength(1)
  })

  it.each<[string, object, RegExp]>([
    ['no decision', { status: 'queued' }, /the last decision of inc_1 recommends no action/],
    [
      'no such action',
      { ...incident, recommended_actions: [recommend('inc_1', { id: 'act_2' })] },
      /recommends no act_1, but act_2 \(roll back Deployment\/gateway in payments\)/,
    ],
    [
      'a plan without a hash',
      { ...incident, recommended_actions: [{ ...recommend('inc_1'), plan_hash: undefined }] },
      /has no plan hash. Start a new run: POST http.*\/api\/incidents\/inc_1\/rerun/,
    ],
  ])('begins nothing where there is %s', async (_, body, message) => {
    const { code, stderr, asked } = await run([...begin, start], { 'GET /api/incidents/inc_1': ok(body) })
    expect({ code, asked: asked.length }).toEqual({ code: 1, asked: 1 })
    expect(stderr).toMatch(message)
  })

  it.each<[string, object, RegExp]>([
    [
      'done',
      { status: 'done', follow_up_run: true },
      /A run checks the outcome now. Read it in a minute or so: .*show exe_1/,
    ],
    ['done', { status: 'done', follow_up_run: false }, /No run checks the outcome. Start one: POST http.*inc_1\/rerun/],
    [
      'failed',
      { status: 'failed', follow_up_run: false },
      /No run checks the outcome. If something was changed all the same, start one: POST http/,
    ],
    [
      'done',
      {
        status: 'done',
        follow_up_run: false,
        observed_after: { state: 'gone', because: 'so', run_id: 'r', at: minutesAfter(0) },
      },
      /A run has checked the outcome. Read it: .*show exe_1/,
    ],
  ])('ends it as %s, and says whether a run checks the outcome: %j', async (status, over, words) => {
    const answer = ok({ ...execution, ...over })
    const argv = ['end', 'exe_1', '--status', status, '--note', ' by hand ']
    const { code, stdout, asked } = await run(argv, { 'POST /api/executions/exe_1/end': answer })
    expect(code).toBe(0)
    expect(asked[0]?.body).toEqual({ status, note: 'by hand' })
    expect(stdout).toMatch(new RegExp(`^exe_1 is ${status}: roll back`))
    expect(stdout).toMatch(words)
  })

  it.each<[string[], RegExp]>([
    [[], /executions needs one of these commands: list, show, begin, end/],
    [['start'], /unknown command 'start'[^]*list, show, begin, end/],
    [['show'], /missing required argument 'execution-id'/],
    [['begin', '--action', 'act_1', '--plan-hash', start], /missing required argument 'incident-id'/],
    [['begin', 'inc_1', '--plan-hash', start], /required option '--action <id>' not specified/],
    [['begin', 'inc_1', '--action', 'act_1'], /--plan-hash is missing/],
    [['begin', 'inc_1', '--action', 'act 1', '--plan-hash', start], /--action.*'act 1' is invalid/],
    [['end', 'exe_1'], /'--status <status>' not specified\. Allowed choices are done, failed, abandoned/],
    [['end', 'exe_1', '--status', 'timed_out'], /'timed_out' is invalid\. Allowed choices are done, failed, abandoned/],
    [['end', 'exe_1', '--status', 'failed', '--note', ''], /--note.*It has 0 characters/],
    [['list', '--namespace', 'shop'], /--namespace[^]*--incident <id>/],
  ])('refuses %j with what is allowed, and asks nothing', async (argv, message) => {
    const { code, stderr, asked } = await run(argv)
    expect({ code, asked }).toEqual({ code: 2, asked: [] })
    expect(stderr).toMatch(message)
  })

  it.each<[string, string, RegExp]>([
    [
      'SRE_EXECUTIONS_REFUSED',
      'not_approved: it needs an approval',
      /approvals list --incident inc_1 --status pending/,
    ],
    ['SRE_EXECUTIONS_REFUSED', 'target_busy: anna is at it', /executions list --status running/],
    ['SRE_EXECUTIONS_REFUSED', 'incident_closed: its incident is closed', /See http.*\/api\/incidents\/inc_1\n/],
    ['SRE_INCIDENTS_UNKNOWN', 'no incident has this id', /See http.*\/api\/incidents\n/],
  ])('says what to do after %s, %s', async (code, detail, next) => {
    const no = { 'POST /api/incidents/inc_1/executions': problem(409, code, detail) }
    const { code: exit, stderr } = await run([...begin, start], no)
    expect(exit).toBe(1)
    expect(stderr).toContain(`Refused: ${detail} (${code}). `)
    expect(stderr).toMatch(next)
  })

  it.each<[string, RegExp]>([
    ['SRE_EXECUTIONS_STATE', /See: sre-agent executions show exe_1 --to/],
    ['SRE_EXECUTIONS_UNKNOWN', /See: sre-agent executions list --to/],
  ])('says what to do where it cannot be ended: %s', async (code, next) => {
    const no = { 'POST /api/executions/exe_1/end': problem(409, code, 'it has ended already') }
    const { code: exit, stderr } = await run(['end', 'exe_1', '--status', 'done'], no)
    expect(exit).toBe(1)
    expect(stderr).toMatch(next)
  })

  it('says how to find out where the answer to a begin was lost', async () => {
    const { code, stderr } = await run([...begin, start], { 'POST /api/incidents/inc_1/executions': ok('no JSON') })
    expect(code).toBe(3)
    expect(stderr).toMatch(
      /It is unknown whether the execution was started. See: sre-agent executions list --incident inc_1 --to/,
    )
  })
})
