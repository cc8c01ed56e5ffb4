import { describe, expect, it } from 'vitest'
import type { Remedy } from '#src/domain/action.ts'
import { type Policy, defaultPolicy } from '#src/policy/policy.ts'
import { type ActionTeamBrief, actionTeam } from '#teams/action-team.ts'
import { agentDeps } from '#test/helpers/agent-deps.ts'
import { finding } from '#test/helpers/build-finding.ts'

const api = { kind: 'Deployment', namespace: 'shop', name: 'api' }
const remedy = (change: Partial<Extract<Remedy, { kind: 'set_env' }>> = {}): Remedy => ({
  kind: 'set_env',
  target: api,
  params: { container: 'api', name: 'API_URL' },
  needs: [{ param: 'value', ask: 'the value of API_URL' }],
  reason: 'the variable is missing',
  risk: 'low',
  reversible: true,
  ...change,
})
const resources: Remedy = {
  kind: 'patch_resources',
  target: api,
  params: { container: 'api', limits: { memory: '256Mi' } },
  reason: 'more room',
  risk: 'low',
  reversible: true,
}
const brief = (change: Partial<ActionTeamBrief> = {}): ActionTeamBrief => ({
  roots: ['f_1'],
  policy: defaultPolicy,
  human_in_loop_actions: [],
  disagreement: false,
  ...change,
})
const relaxed: Policy = { ...defaultPolicy, dry_run: false, require_approval: false }

describe('teams/action-team', () => {
  it('recommends, judges and says that a person has to approve', async () => {
    const report = await actionTeam.run(brief(), [finding('f_1', { remedies: [remedy()] })], agentDeps())
    expect(report.actions).toMatchObject([
      {
        id: 'act_1',
        kind: 'set_env',
        needs: [{ param: 'value' }],
        guard: { verdict: 'needs_approval' },
        approval: { required: true, status: 'required' },
      },
    ])
    expect(report.agents.map((agent) => agent.name)).toEqual(['recommendation', 'guard', 'approval'])
    expect(report.agents.every((agent) => agent.mind === 'rules')).toBe(true)
  })

  it('hands a denied remedy back and puts the next one first', async () => {
    const denied: Policy = { ...defaultPolicy, kinds: { allow: [], deny: ['set_env'] } }
    const report = await actionTeam.run(
      brief({ policy: denied }),
      [finding('f_1', { remedies: [remedy(), resources] })],
      agentDeps(),
    )
    expect(report.actions.map((action) => action.kind)).toEqual(['patch_resources'])
    expect(report.agents.find((agent) => agent.name === 'guard')?.said).toContain('set_env of api is denied')
  })

  it('escalates with the reason where the guard leaves nothing', async () => {
    const away: Policy = { ...defaultPolicy, namespaces: { allow: [], deny: ['shop'] } }
    const findings = [finding('f_1', { remedies: [remedy(), resources] })]
    const report = await actionTeam.run(brief({ policy: away }), findings, agentDeps())
    expect(report.actions).toMatchObject([
      { kind: 'escalate', target: api, guard: { verdict: 'allow' }, approval: { required: false } },
    ])
    expect(report.actions[0]?.reason).toContain('namespace shop is denied by policy')
  })

  it('escalates a root for which no change is known', async () => {
    const report = await actionTeam.run(brief(), [finding('f_1')], agentDeps())
    expect(report.actions).toMatchObject([{ kind: 'escalate', params: { ask: finding('f_1').statement } }])
  })

  it('gives each root its first remedy before anybody’s second, at most five in all, none twice', async () => {
    const remedies = (name: string): Remedy[] =>
      ['A', 'B', 'C', 'C'].map((variable) => remedy({ params: { container: name, name: variable } }))
    const findings = ['f_1', 'f_2'].map((id) => finding(id, { remedies: remedies(id) }))
    const report = await actionTeam.run(brief({ roots: ['f_2', 'f_1'] }), findings, agentDeps())
    expect(report.actions.map(({ params }) => Object.values(params).join(' '))).toEqual([
      'f_2 A',
      'f_1 A',
      'f_2 B',
      'f_1 B',
      'f_2 C',
    ])
  })

  it.each<[string, Partial<ActionTeamBrief>, boolean]>([
    ['nothing asks for it', {}, false],
    ['operators list the kind', { human_in_loop_actions: ['patch_resources'] }, true],
    ['rules and model disagree', { disagreement: true }, true],
  ])('requires an approval or not: %s', async (_when, change, required) => {
    const findings = [finding('f_1', { remedies: [resources] })]
    const report = await actionTeam.run(brief({ policy: relaxed, ...change }), findings, agentDeps())
    expect(report.actions[0]?.approval.required).toBe(required)
  })

  it('never asks a model what the guard or the approval says', async () => {
    const asked: string[] = []
    const mind_for = (name: string) => {
      asked.push(name)
      return undefined
    }
    await actionTeam.run(brief(), [finding('f_1', { remedies: [remedy()] })], agentDeps({ mind_for }))
    expect(asked).toEqual(['recommendation'])
  })
})
