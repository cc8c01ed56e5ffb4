import { describe, expect, it } from 'vitest'
import { whatIf } from '#src/causes/what-if.ts'
import type { Remedy } from '#src/domain/action.ts'
import { container, deployment, namespace, node, replicaSet, secret, service } from '#test/helpers/build-cluster.ts'
import { clusterView } from '#test/helpers/build-view.ts'

const target = { kind: 'Deployment', namespace, name: 'api' }
const base = { target, reason: 'because', risk: 'low' as const, reversible: true }
const tainted = node('gpu', { spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] } })

describe('src/causes/what-if', () => {
  it('leaves open what depends on an answer', () => {
    const remedy: Remedy = {
      ...base,
      kind: 'set_env',
      params: { container: 'api', name: 'URL' },
      needs: [{ param: 'value', ask: 'URL' }],
    }
    expect(whatIf(remedy, clusterView([])).would_resolve).toBe('unknown')
  })

  it('believes in a rollback to a revision that serves', () => {
    const objects = deployment('api', [container('api', { image: 'api:2' })], { revision: 2 })
    const owner = objects.at(-1) as (typeof objects)[number]
    const old = replicaSet(owner, 1, [container('api', { image: 'api:1' })], { ready: 3 })
    const remedy: Remedy = { ...base, kind: 'rollback', params: { to_revision: 1 } }
    expect(whatIf(remedy, clusterView([...objects, old])).would_resolve).toBe('yes')
    expect(whatIf(remedy, clusterView(objects)).would_resolve).toBe('no')
  })

  it('resolves a selector against the pods that are there', () => {
    const objects = [...deployment('api', [container('api')]), service('front', {}, 'nothing')]
    const patch = (app: string): Remedy => ({
      ...base,
      target: { kind: 'Service', namespace, name: 'front' },
      kind: 'patch_service',
      params: { selector: { app } },
    })
    expect(whatIf(patch('api'), clusterView(objects)).would_resolve).toBe('yes')
    expect(whatIf(patch('other'), clusterView(objects)).would_resolve).toBe('no')
  })

  it('reckons whether a toleration opens a node', () => {
    const objects = [...deployment('api', [container('api')]), tainted]
    const tolerate = (value: string): Remedy => ({
      ...base,
      kind: 'patch_scheduling',
      params: { toleration: { key: 'dedicated', operator: 'Equal', value, effect: 'NoSchedule' } },
    })
    expect(whatIf(tolerate('gpu'), clusterView(objects)).would_resolve).toBe('yes')
    expect(whatIf(tolerate('web'), clusterView(objects)).would_resolve).toBe('no')
  })

  it('refuses requests that no open node could hold', () => {
    const objects = [...deployment('api', [container('api')]), node('small')]
    const ask = (memory: string): Remedy => ({
      ...base,
      kind: 'patch_resources',
      params: { container: 'api', requests: { memory } },
    })
    expect(whatIf(ask('64Gi'), clusterView(objects)).would_resolve).toBe('no')
    expect(whatIf(ask('1Gi'), clusterView(objects)).would_resolve).toBe('unknown')
  })

  it('says yes to requests that a node holds for pods that wait', () => {
    const waiting = deployment('api', [container('api')], { spec: { nodeName: undefined } })
    const remedy: Remedy = {
      ...base,
      kind: 'patch_resources',
      params: { container: 'api', requests: { memory: '1Gi' } },
    }
    expect(whatIf(remedy, clusterView([...waiting, node('small')])).would_resolve).toBe('yes')
  })

  it('reckons a quota over all replicas', () => {
    const tight = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'team', namespace, uid: 'q' },
      status: { hard: { 'requests.memory': '256Mi' }, used: { 'requests.memory': '200Mi' } },
    }
    const objects = [
      ...deployment('api', [container('api', { resources: { requests: { memory: '100Mi' } } })], {
        replicas: 4,
        pods: 2,
      }),
      node('one'),
      tight,
    ]
    const ask = (memory: string): Remedy => ({
      ...base,
      kind: 'patch_resources',
      params: { container: 'api', requests: { memory } },
    })
    const scale = (replicas: number): Remedy => ({ ...base, kind: 'scale', params: { replicas } })
    const answers = [ask('64Mi'), ask('96Mi'), scale(2), scale(3)].map(
      (remedy) => whatIf(remedy, clusterView(objects)).would_resolve,
    )
    expect(answers).toEqual(['yes', 'no', 'yes', 'no'])
  })

  it('believes in a probe on a port that the container declares', () => {
    const view = clusterView(deployment('api', [container('api', { ports: [{ containerPort: 8080 }] })]))
    const probe = (port: number): Remedy => ({
      ...base,
      kind: 'patch_probe',
      params: { container: 'api', probe: 'readiness', port },
    })
    expect([whatIf(probe(8080), view).would_resolve, whatIf(probe(9090), view).would_resolve]).toEqual([
      'yes',
      'unknown',
    ])
  })

  it('looks whether the key that an environment variable would read is there', () => {
    const objects = [...deployment('api', [container('api')]), secret('db', ['passwd'])]
    const read = (key: string): Remedy => ({
      ...base,
      kind: 'set_env',
      params: { container: 'api', name: 'DB_PASSWORD', valueFrom: { kind: 'Secret', name: 'db', key } },
    })
    expect(whatIf(read('passwd'), clusterView(objects)).would_resolve).toBe('yes')
    expect(whatIf(read('password'), clusterView(objects)).would_resolve).toBe('no')
  })
})
