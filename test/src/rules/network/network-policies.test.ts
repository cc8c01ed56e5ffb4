import { describe, expect, it } from 'vitest'
import { networkPolicies } from '#src/rules/network/network-policies.ts'
import type { NetworkPolicy } from '#src/domain/kubernetes/network.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { clusterView, container, crashLoop, deployment, namespace, service } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const policy = (name: string, spec: NetworkPolicy['spec']): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace, uid: name },
  spec,
})
const api = [container('api', { env: [{ name: 'DB_URL', value: 'postgres://db:5432/shop' }] })]
const db = [
  ...deployment('db', [container('pg', { ports: [{ containerPort: 5432 }] })]),
  service('db', { ports: [{ port: 5432 }] }),
]
const denyAll = policy('default-deny', { podSelector: {}, policyTypes: ['Ingress'] })
const judge = (objects: KubernetesObject[], healthy = false) =>
  networkPolicies.find(
    clusterView([...deployment('api', api, healthy ? {} : { statuses: [crashLoop('api')] }), ...db, ...objects]),
  )

describe('src/rules/network/network-policies', () => {
  it('names the policy that denies a path which the settings need', () => {
    const [found] = judge([denyAll])
    expect(found).toMatchObject({
      mechanism: 'network_policy_blocks',
      resource: { kind: 'NetworkPolicy', name: 'default-deny' },
    })
    expect(missingFacts(found?.statement, 'Deployment api', 'Service db', 5432, 'DB_URL')).toEqual([])
  })

  it.each<[string, NetworkPolicy]>([
    [
      'its labels',
      policy('allow', {
        podSelector: {},
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }], ports: [{ port: 5432 }] }],
      }),
    ],
    ['every pod', policy('allow', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{}] })],
    [
      'a block of addresses that cannot be judged',
      policy('allow', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
    ],
  ])('is silent where a second policy lets in %s', (_, allowed) => {
    expect(judge([denyAll, allowed])).toEqual([])
  })

  it('tells an egress policy that forgets DNS', () => {
    const egress = policy('egress', {
      podSelector: { matchLabels: { app: 'api' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ port: 5432 }] }],
    })
    expect(missingFacts(judge([egress])[0]?.statement, 'DNS', 53)).toEqual([])
  })

  it('only notes a policy while nobody is affected', () => {
    expect(judge([denyAll], true)).toMatchObject([{ severity: 'info', resource: { name: 'default-deny' } }])
  })

  it('names the label by which a rule misses the caller', () => {
    const slip = policy('db-in', {
      podSelector: { matchLabels: { app: 'db' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'apis' } } }] }],
    })
    expect(missingFacts(judge([slip])[0]?.statement, 'app=apis', 'app=api')).toEqual([])
  })
})
