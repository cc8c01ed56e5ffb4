import { describe, expect, it } from 'vitest'
import { problemClass } from '#src/intake/problem-class.ts'
import { readPayload } from '#src/intake/read-payload.ts'
import { checkout, fixture, intakeContext, refusalsOf, signalsOf } from '#test/helpers/intake-context.ts'

const catalogue = { services: [checkout] }
const read = (name: string) =>
  signalsOf('github', fixture(`github/${name}`), { catalogue, headers: { 'x-github-delivery': 'd-1' } })
const change = (name: string, part: string, over: object) => {
  const body = Object(fixture(`github/${name}`))
  return { ...body, [part]: { ...body[part], ...over } }
}

describe('src/intake/sources/github', () => {
  it.each([
    ['deployment-status-failure', 'DeploymentFailed', 'GitHub deployment to production'],
    ['workflow-run-failure', 'WorkflowFailed', 'GitHub workflow release'],
    ['check-run-failure', 'CheckFailed', 'GitHub check smoke'],
  ])('reads %s', (name, reason, alert) => {
    expect(read(name)).toMatchObject([
      {
        source: 'github',
        state: 'firing',
        service: 'checkout',
        reason,
        alert,
        severity: 'medium',
        resource: { name: 'checkout-api' },
        delivery_key: 'github:d-1',
      },
    ])
  })

  it('takes a push as a change, no trouble', () => {
    const [push] = read('push')
    expect(push).toMatchObject({ reason: 'Push', severity: 'info', observed_at: '2026-11-21T11:50:00.000Z' })
    expect(push && problemClass(push)).toBe('change')
  })

  it('resolves with the next success', () => {
    const [failed] = read('workflow-run-failure')
    const body = change('workflow-run-failure', 'workflow_run', { conclusion: 'success' })
    expect(signalsOf('github', body, { catalogue })).toMatchObject([
      { state: 'resolved', alert_key: failed?.alert_key },
    ])
  })

  it.each([
    ['a branch', change('workflow-run-failure', 'workflow_run', { head_branch: 'try' })],
    ['a pull request', change('workflow-run-failure', 'workflow_run', { event: 'pull_request' })],
    ['a run that was cancelled', change('workflow-run-failure', 'workflow_run', { conclusion: 'cancelled' })],
    ['a deployment under way', change('deployment-status-failure', 'deployment_status', { state: 'in_progress' })],
  ])('passes over %s', (_what, body) => {
    expect(signalsOf('github', body)).toEqual([])
  })

  it('answers a ping', () => {
    const context = { ...intakeContext(), headers: { 'x-github-event': 'ping' } }
    expect(readPayload('github', fixture('github/ping'), context)).toEqual({ reply: { pong: true } })
  })

  it('refuses a repository of no known service, and says how to map it', () => {
    expect(refusalsOf('github', fixture('github/push'))).toEqual([
      ['repository.full_name', 'is missing', expect.stringContaining('"repositories"')],
    ])
  })
})
