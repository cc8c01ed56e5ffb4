import { describe, expect, it } from 'vitest'
import { services } from '#src/rules/network/services.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import {
  clusterView,
  container,
  crashLoop,
  deployment,
  node,
  service,
  status,
  workload,
  type SnapshotOptions,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const web = [container('api', { ports: [{ name: 'http', containerPort: 8080 }] })]
const judge = (objects: KubernetesObject[], options: SnapshotOptions = {}): FindingDraft[] =>
  services.find(clusterView(objects, options))
const mechanisms = (objects: KubernetesObject[], options: SnapshotOptions = {}) =>
  judge(objects, options).map((finding) => finding.mechanism)
const sending = (targetPort: number | string, more: Partial<Service['spec']> = {}) =>
  service('web', { ports: [{ port: 80, targetPort }], ...more })

describe('src/rules/network/services', () => {
  it.each<[string, KubernetesObject[]]>([
    ['a port by name', [...deployment('web', web), sending('http')]],
    ['a port by number', [...deployment('web', web), sending(8080)]],
    ['a number where nothing is declared', [...deployment('web', [container('api')]), sending(9000)]],
    ['an external name', [sending(80, { type: 'ExternalName', externalName: 'db.example', selector: undefined })]],
    ['a job between two runs', [...workload('Job', 'web', web, { pods: 0 }), sending('http')]],
  ])('is silent about %s', (_, objects) => {
    expect(judge(objects)).toEqual([])
  })

  it('is silent where pods were not seen', () => {
    expect(judge([sending('http')], { unseen: ['Pod'] })).toEqual([])
  })

  it('shows the symptom alone where the pods are there and not ready', () => {
    expect(mechanisms([...deployment('web', web, { statuses: [crashLoop('api')] }), sending('http')])).toEqual([
      'service_without_endpoints',
    ])
  })

  it.each([false, true])('names the labels that the closest workload bears (reversed: %s)', (reversed) => {
    const objects = [...deployment('web', web), ...deployment('other', web), service('web', {}, 'web-service')]
    const findings = judge(reversed ? objects.toReversed() : objects)
    const cause = findings.find((finding) => finding.mechanism === 'service_selector_mismatch')
    expect(missingFacts(cause?.statement, 'app=web-service', 'app=web')).toEqual([])
    expect(cause?.remedies[0]).toMatchObject({ kind: 'patch_service', params: { selector: { app: 'web' } } })
  })

  it('invents no selector where no workload comes close', () => {
    expect(mechanisms([service('ledger', { selector: { tier: 'x' } }), ...deployment('web', web)])).toEqual([
      'service_without_endpoints',
    ])
  })

  it.each([
    [sending('htp'), 'htp', 0.95, 'http'],
    [sending(9090), 9090, 0.75, 8080],
  ])('finds a port that leads nowhere', (broken, named, confidence, targetPort) => {
    const [found] = judge([...deployment('web', web), broken])
    expect(found).toMatchObject({ mechanism: 'service_port_mismatch', confidence })
    expect(missingFacts(found?.statement, 'targetPort', named)).toEqual([])
    expect(found?.remedies[0]?.params).toEqual({ port: 80, targetPort })
  })

  it('asks for the port where several would do', () => {
    const ports = [
      { name: 'a', containerPort: 7000 },
      { name: 'b', containerPort: 7001 },
    ]
    const [found] = judge([...deployment('web', [container('api', { ports })]), sending('http')])
    expect(found?.remedies[0]).toMatchObject({ kind: 'patch_service', needs: [{ param: 'targetPort' }] })
  })

  it('finds pods of another workload behind a wide selector, and leaves a canary alone', () => {
    const labels = (name: string) => ({ labels: { app: name, part: 'shop' } })
    const wide = sending('http', { selector: { part: 'shop' } })
    const worker = [container('worker', { ports: [{ name: 'metrics', containerPort: 9100 }] })]
    const stable = deployment('web', web, { podMeta: labels('web') })
    expect(mechanisms([...stable, ...deployment('batch', worker, { podMeta: labels('batch') }), wide])).toEqual([
      'service_selects_foreign_pods',
    ])
    expect(judge([...stable, ...deployment('canary', web, { podMeta: labels('canary') }), wide])).toEqual([])
  })

  it('is an outage where the outside comes in', () => {
    const [found] = judge([
      ...deployment('web', web, { statuses: [crashLoop('api')] }),
      sending('http', { type: 'LoadBalancer' }),
    ])
    expect(found?.severity).toBe('critical')
  })

  it('counts a port name only for its protocol', () => {
    const dns = [container('api', { ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }] })]
    const found = (protocol?: string) =>
      judge([...deployment('web', dns), service('web', { ports: [{ port: 53, targetPort: 'dns', protocol }] })])
    expect(found()[0]).toMatchObject({ mechanism: 'service_port_mismatch' })
    expect(missingFacts(found()[0]?.statement, 'dns=53/UDP')).toEqual([])
    expect(found('UDP')).toEqual([])
  })

  const caller = (nodeName: string, ready: boolean): KubernetesObject[] =>
    deployment('shopfront', [container('shopfront', { env: [{ name: 'API', value: 'http://web:80' }] })], {
      spec: { nodeName },
      statuses: [status('shopfront', { ready })],
    })
  const local = (more: Partial<Service['spec']>) => sending('http', more)
  it.each<[string, KubernetesObject[], string[] | undefined]>([
    [
      'calls from a node without an endpoint',
      [local({ internalTrafficPolicy: 'Local' }), ...caller('node-2', false)],
      ['internalTrafficPolicy: Local', 'node-2', 'Deployment shopfront'],
    ],
    ['calls from its own node', [local({ internalTrafficPolicy: 'Local' }), ...caller('node-1', false)], undefined],
    ['calls with policy Cluster', [local({ internalTrafficPolicy: 'Cluster' }), ...caller('node-2', false)], undefined],
  ])('reads the policy Local where a workload %s', (_, objects, facts) => {
    const found = judge([...deployment('web', web), ...objects])
    expect(found.map(({ mechanism }) => mechanism)).toEqual(facts ? ['service_no_local_endpoint'] : [])
    expect(missingFacts(found[0]?.statement, ...(facts ?? []))).toEqual([])
  })

  it('only notes the policy Local while the caller is well', () => {
    const objects = [local({ internalTrafficPolicy: 'Local' }), ...caller('node-2', true)]
    expect(judge([...deployment('web', web), ...objects])).toMatchObject([
      { mechanism: 'service_no_local_endpoint', severity: 'info' },
    ])
  })

  it('only notes pods that share the selector and declare no port at all', () => {
    const labelled = { labels: { app: 'web' } }
    const found = judge([
      ...deployment('web', web, { podMeta: labelled }),
      ...deployment('worker', [container('worker')], { podMeta: labelled }),
      sending('http'),
    ])
    expect(found).toMatchObject([{ mechanism: 'service_selects_foreign_pods', severity: 'info' }])
  })

  it('tells a load balancer that leaves out every node with an endpoint', () => {
    const balanced = local({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' })
    const out = { 'node.kubernetes.io/exclude-from-external-load-balancers': '' }
    const at = (labels: Record<string, string>) =>
      mechanisms([
        ...deployment('web', web),
        balanced,
        node('node-1', { metadata: { name: 'node-1', uid: 'node-1', labels } }),
      ])
    expect(at(out)).toEqual(['service_no_local_endpoint'])
    expect(at({})).toEqual([])
  })
})
