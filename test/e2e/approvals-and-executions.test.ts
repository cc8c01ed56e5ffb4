import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Approval } from '#src/domain/approval.ts'
import { Decision } from '#src/domain/decision.ts'
import { Execution } from '#src/domain/execution.ts'
import { type SpawnedService, spawnService } from '#test/helpers/spawn-service.ts'

const people = ['reader', 'operator', 'approver', 'admin'] as const
type Person = (typeof people)[number]

let folder: string
let service: SpawnedService
let env: Record<string, string>
const tokens = new Map(people.map((role) => [role, randomBytes(24).toString('hex')]))

async function ask(as: Person, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${service.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${tokens.get(as)}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

/** A history told as it goes on; resolves at the line that fits. */
async function heard(incident_id: string, kind: string): Promise<void> {
  const stop = new AbortController()
  const headers = { authorization: `Bearer ${tokens.get('reader')}` }
  const stream = await fetch(`${service.url}/api/incidents/${incident_id}/events`, { headers, signal: stop.signal })
  let text = ''
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.includes(`event: ${kind}\n`)) break
  }
  stop.abort()
}

async function crashAndRestart(): Promise<void> {
  service.child.kill('SIGKILL')
  await service.ended
  service = await spawnService({ env, folder })
}

describe('approvals and executions', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'approvals-'))
    const access = join(folder, 'access.yaml')
    const lines = people.map((role) => {
      const sha256 = createHash('sha256')
        .update(tokens.get(role) ?? '')
        .digest('hex')
      return `  - { name: ${role}-of-the-night, role: ${role}, sha256: ${sha256} }`
    })
    writeFileSync(access, `tokens:\n${lines.join('\n')}\n`)
    env = { SRE_AGENT_SCENARIOS: 'practice/incidents', SRE_AGENT_ACCESS: access }
    service = await spawnService({ env, folder })
  })
  afterAll(async () => {
    await service.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  it('takes a change from the question to what came of it, across crashes, with one leave for one plan', async () => {
    const asked = await ask('operator', '/decide', {
      namespace: 'payments',
      resource_kind: 'Deployment',
      resource_name: 'payment-gateway',
      event_data: { reason: 'BackOff' },
    })
    const { incident_id, recommended_actions } = Decision.parse(asked.body)
    const [action] = recommended_actions
    expect(action).toMatchObject({ kind: 'set_env', approval: { required: true, status: 'pending' } })
    const { plan_hash } = action ?? {}
    const begin = { action_id: action?.id, plan_hash }
    const first = await ask('operator', `/api/incidents/${incident_id}/executions`, begin)
    expect(first).toMatchObject({
      status: 409,
      body: { code: 'SRE_EXECUTIONS_REFUSED', detail: expect.stringMatching(/not_approved/) },
    })

    await crashAndRestart()
    const pending = await ask('reader', '/api/approvals?status=pending')
    const [approval] = (pending.body as { approvals: Approval[] }).approvals
    expect(Approval.parse(approval)).toMatchObject({ id: action?.approval.id, incident_id, plan_hash })
    const address = `/api/approvals/${approval?.id}`
    const yes = { plan_hash, comment: 'seen with the team' }
    expect(await ask('operator', `${address}/approve`, yes)).toMatchObject({ status: 403 })
    expect(await ask('approver', `${address}/approve`, { ...yes, plan_hash: 'a'.repeat(64) })).toMatchObject({
      status: 409,
      body: { code: 'SRE_APPROVALS_PLAN' },
    })
    expect(await ask('approver', `${address}/approve`, { comment: 'yes' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'plan_hash' }] },
    })
    expect(await ask('approver', `${address}/approve`, yes)).toMatchObject({
      status: 200,
      body: { status: 'approved', decided_by: 'approver-of-the-night', comment: 'seen with the team' },
    })

    await crashAndRestart()
    expect(await ask('reader', `/api/incidents/${incident_id}/executions`, begin)).toMatchObject({ status: 403 })
    const begun = await ask('operator', `/api/incidents/${incident_id}/executions`, begin)
    expect(begun.status).toBe(201)
    const execution = Execution.parse(begun.body)
    expect(execution).toMatchObject({ status: 'running', approval_id: approval?.id, plan_hash })
    const again = await ask('approver', `/api/incidents/${incident_id}/executions`, begin)
    expect(again).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/target_busy: operator-of-the-night/) },
    })
    expect(await ask('approver', `${address}/reject`, { plan_hash, comment: 'too late' })).toMatchObject({
      status: 409,
      body: { code: 'SRE_APPROVALS_STATE', detail: expect.stringMatching(/was used/) },
    })

    await crashAndRestart()
    const end = { status: 'done', note: 'set it by hand' }
    const ended = await ask('operator', `/api/executions/${execution.id}/end`, end)
    expect(ended).toMatchObject({ status: 202, body: { status: 'done', follow_up_run: true, note: 'set it by hand' } })
    await heard(incident_id, 'observed_after')
    // Nobody has changed the recorded cluster.
    const seen = Execution.parse((await ask('reader', `/api/executions/${execution.id}`)).body).observed_after
    expect(seen).toMatchObject({ state: 'still_there', because: expect.stringContaining('missing_env') })
    const log = (await ask('admin', '/api/audit?limit=50')).body as { entries: { actor: string; action: string }[] }
    expect(log.entries.map(({ actor, action: done }) => `${actor} ${done}`)).toEqual(
      expect.arrayContaining([
        'operator-of-the-night execution.begin.failed',
        'operator-of-the-night access.refused',
        'approver-of-the-night approval.approve',
        'operator-of-the-night execution.begin',
        'operator-of-the-night execution.end',
      ]),
    )
  }, 120_000)

  it.each([
    ['/api/approvals?status=open', 'status'],
    ['/api/approvals?limit=0', 'limit'],
    ['/api/executions?namespace=a', 'namespace'],
  ])('refuses %s by name', async (path, field) => {
    expect(await ask('reader', path)).toMatchObject({ status: 400, body: { errors: [{ path: field }] } })
  })

  it('knows what it does not have', async () => {
    expect(await ask('reader', '/api/approvals/apr_none')).toMatchObject({ body: { code: 'SRE_APPROVALS_UNKNOWN' } })
    expect(await ask('reader', '/api/executions/exe_none')).toMatchObject({ body: { code: 'SRE_EXECUTIONS_UNKNOWN' } })
    expect(await ask('operator', '/api/executions/exe_none/end', { status: 'done' })).toMatchObject({
      body: { code: 'SRE_EXECUTIONS_UNKNOWN' },
    })
    const begin = { action_id: 'act_1', plan_hash: 'a'.repeat(64) }
    expect(await ask('operator', '/api/incidents/inc_none/executions', begin)).toMatchObject({
      body: { code: 'SRE_INCIDENTS_UNKNOWN' },
    })
  })
})
