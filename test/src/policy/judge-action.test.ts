import { describe, expect, it } from 'vitest'
import { actionKinds } from '#src/domain/action.ts'
import { defaultPolicy, type Policy } from '#src/policy/policy.ts'
import { judgeAction, type JudgedAction } from '#src/policy/judge-action.ts'

const rollback: JudgedAction = {
  kind: 'rollback',
  target: { kind: 'Deployment', namespace: 'shop', name: 'api' },
  params: { to_revision: 2 },
  risk: 'low',
  reversible: true,
  needs: [],
}
const open: Policy = { ...defaultPolicy, dry_run: false, require_approval: false }
const at = (kind: string, name: string, namespace?: string) => ({ kind, name, namespace })

describe('src/policy/judge-action', () => {
  it('asks for an approval unless operators say otherwise', () => {
    expect(judgeAction(rollback, defaultPolicy)).toMatchObject({
      verdict: 'needs_approval',
      reasons: ['policy: a person approves every change', 'policy: dry run is on, nothing is carried out'],
    })
    expect(judgeAction(rollback, open).verdict).toBe('allow')
  })

  it.each<[string, Partial<JudgedAction>]>([
    ['the risk', { risk: 'medium' }],
    ['it cannot be undone', { reversible: false }],
    ['value', { needs: [{ param: 'value' }] }],
  ])('asks for an approval because of %s', (reason, change) => {
    const verdict = judgeAction({ ...rollback, ...change }, open)
    expect(verdict.verdict).toBe('needs_approval')
    expect(verdict.reasons.join()).toContain(reason)
  })

  it.each<[string, Partial<JudgedAction>]>([
    ['the system namespace', { target: at('Deployment', 'coredns', 'kube-system') }],
    ['its own namespace', { target: at('Deployment', 'sre-agent', 'sre') }],
    ['a namespace as target', { target: at('Namespace', 'shop') }],
    ['a custom resource definition', { target: at('CustomResourceDefinition', 'x.io') }],
    ['a volume', { target: at('PersistentVolume', 'pv') }],
    ['a volume claim', { target: at('PersistentVolumeClaim', 'data', 'shop') }],
    ['a secret', { target: at('Secret', 'token', 'shop') }],
    ['permissions', { target: at('ClusterRoleBinding', 'admin') }],
    ['a webhook', { target: at('ValidatingWebhookConfiguration', 'policy') }],
    ['a node that is not cordoned', { kind: 'delete_pod', target: at('Node', 'worker-1'), params: {} }],
    ['no replica behind a service', { kind: 'scale', params: { replicas: 0 }, service_backed: true }],
    ['no replica where services were not seen', { kind: 'scale', params: { replicas: 0 } }],
    ['force', { params: { force: true } }],
    ['a probe taken away', { kind: 'patch_probe', params: { container: 'api', probe: 'liveness', remove: true } }],
    ['an unknown kind', { kind: 'delete_everything' }],
    ['an unknown parameter', { params: { to_revision: 2, cascade: 'orphan' } }],
    ['a parameter of the wrong type', { params: { to_revision: 'two' } }],
    ['a missing parameter', { kind: 'scale', params: {} }],
    ['a kind that the target does not know', { kind: 'unsuspend_cronjob', params: {} }],
    ['a template that cannot be changed', { target: at('Job', 'once', 'shop') }],
    ['a service that nobody registered', { kind: 'ops_call', params: { service: 's', operation: 'o', arguments: {} } }],
    ['a target without a namespace', { target: at('Deployment', 'api') }],
  ])('denies %s, whatever operators say', (_what, change) => {
    const verdict = judgeAction({ ...rollback, ...change }, { ...open, own_namespace: 'sre' })
    expect(verdict.verdict).toBe('deny')
    expect(verdict.reasons[0]).toBeTruthy()
  })

  it.each<[string, Partial<Policy>, string]>([
    ['a denied namespace', { namespaces: { allow: [], deny: ['shop'] } }, 'deny'],
    ['a namespace that is not listed', { namespaces: { allow: ['other'], deny: [] } }, 'deny'],
    ['a listed namespace', { namespaces: { allow: ['shop'], deny: [] } }, 'allow'],
    ['a denied kind', { kinds: { allow: [], deny: ['rollback'] } }, 'deny'],
    ['a kind that is not listed', { kinds: { allow: ['scale'], deny: [] } }, 'deny'],
    ['a listed kind', { kinds: { allow: ['rollback'], deny: [] } }, 'allow'],
  ])('heeds the lists of operators: %s', (_what, change, verdict) => {
    expect(judgeAction(rollback, { ...open, ...change }).verdict).toBe(verdict)
  })

  it('lets a person be asked about anything: code never carries that out', () => {
    const target = at('Namespace', 'kube-system')
    for (const kind of ['escalate', 'custom_instruction']) {
      expect(judgeAction({ ...rollback, kind, target, params: {} }, defaultPolicy).verdict).toBe('allow')
    }
  })

  it('never allows a kind without parameters that fit it', () => {
    for (const kind of actionKinds.filter((name) => name !== 'escalate' && name !== 'custom_instruction')) {
      expect(judgeAction({ ...rollback, kind, params: { surprise: 1 } }, open).verdict, kind).toBe('deny')
    }
  })
})
