import { vocabulary } from '#agents/vocabulary.ts'
import { describe, expect, it } from 'vitest'
import { buildCauseGraph } from '#src/causes/cause-graph.ts'
import type { Finding } from '#src/domain/finding.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { configMap, container, deployment, namespace, service, workload } from '#test/helpers/build-cluster.ts'
import { clusterView } from '#test/helpers/build-view.ts'

let serial = 0
const ref = (kind: string, name: string): ResourceRef => ({ kind, namespace, name })
const finding = (mechanism: Finding['mechanism'], resource: ResourceRef, more: Partial<Finding> = {}): Finding => ({
  id: `f_${++serial}`,
  mechanism,
  resource,
  severity: 'high',
  confidence: 0.8,
  confidence_reason: 'seen',
  statement: `${mechanism} at ${resource.name}`,
  evidence: [],
  affects: [],
  blames: [],
  remedies: [],
  found_by: 'triage',
  ...more,
})
const rootsOf = (findings: Finding[], objects: KubernetesObject[], focus?: ResourceRef) =>
  buildCauseGraph(findings, clusterView(objects), { vocabulary, focus }).roots.map(
    (root) => `${root.finding.mechanism} ${root.finding.resource.name}`,
  )

const shop = [
  ...workload('StatefulSet', 'db', [container('db')]),
  service('db'),
  ...deployment('api', [container('api')]),
  service('api'),
  ...deployment('web', [container('web')]),
]

describe('src/causes/cause-graph', () => {
  it('follows a cascade down to the workload at its end', () => {
    const findings = [
      finding('replicas_unavailable', ref('Deployment', 'web')),
      finding('dependency_unreachable', ref('Deployment', 'web'), {
        blames: [{ resource: ref('Service', 'api'), because: 'web is refused by api' }],
      }),
      finding('container_crash', ref('Deployment', 'api')),
      finding('dependency_unreachable', ref('Deployment', 'api'), {
        blames: [{ resource: ref('Service', 'db'), because: 'api is refused by db' }],
      }),
      finding('service_without_endpoints', ref('Service', 'api')),
      finding('container_crash', ref('StatefulSet', 'db')),
      finding('missing_env', ref('StatefulSet', 'db'), { found_by: 'log_pattern' }),
    ]
    const graph = buildCauseGraph(findings, clusterView(shop), { vocabulary })
    expect(graph.roots.map((root) => root.finding.mechanism)).toEqual(['missing_env'])
    expect(graph.roots[0]?.explains).toHaveLength(6)
    expect(graph.links.map((link) => link.because)).toContain('api is refused by db')
    expect(graph.unexplained).toEqual([])
  })

  it('does not depend on the order in which findings came', () => {
    const findings = [
      finding('missing_env', ref('StatefulSet', 'db')),
      finding('container_crash', ref('StatefulSet', 'db')),
      finding('dependency_unreachable', ref('Deployment', 'api'), {
        blames: [{ resource: ref('Service', 'db'), because: 'refused' }],
      }),
      finding('image_not_found', ref('Deployment', 'web')),
    ]
    const expected = rootsOf(findings, shop).toSorted()
    for (let turn = 1; turn < findings.length; turn++) {
      const turned = [...findings.slice(turn), ...findings.slice(0, turn)]
      expect(rootsOf(turned, shop).toSorted()).toEqual(expected)
    }
    expect(expected).toEqual(['image_not_found web', 'missing_env db'])
  })

  it('keeps two containers of one pod apart', () => {
    const findings = [
      finding('missing_env', ref('Deployment', 'api'), { container: 'api' }),
      finding('container_crash', ref('Deployment', 'api'), { container: 'api' }),
      finding('port_conflict', ref('Deployment', 'api'), { container: 'sidecar' }),
      finding('container_crash', ref('Deployment', 'api'), { container: 'sidecar' }),
    ]
    expect(rootsOf(findings, shop).toSorted()).toEqual(['missing_env api', 'port_conflict api'])
  })

  it('leaves a crash of one container unexplained by a fault of another', () => {
    const findings = [
      finding('missing_env', ref('Deployment', 'api'), { container: 'sidecar' }),
      finding('container_crash', ref('Deployment', 'api'), { container: 'api' }),
    ]
    const graph = buildCauseGraph(findings, clusterView(shop), { vocabulary })
    expect(graph.roots).toHaveLength(2)
    expect(graph.unexplained).toHaveLength(1)
  })

  it('takes a referred object as the cause', () => {
    const mounted = deployment('api', [container('api')], {
      spec: { volumes: [{ name: 'v', configMap: { name: 'settings' } }] },
    })
    const findings = [
      finding('replicas_unavailable', ref('Deployment', 'api')),
      finding('missing_configmap_key', ref('ConfigMap', 'settings')),
    ]
    expect(rootsOf(findings, [...mounted, configMap('settings')])).toEqual(['missing_configmap_key settings'])
  })

  it('explains a service without endpoints by what ails the pods behind it', () => {
    const findings = [
      finding('service_without_endpoints', ref('Service', 'api'), { severity: 'critical' }),
      finding('probe_misconfigured', ref('Deployment', 'api')),
    ]
    expect(rootsOf(findings, shop)).toEqual(['probe_misconfigured api'])
  })

  it('picks one root of two that blame each other', () => {
    const findings = [
      finding('dependency_unreachable', ref('Deployment', 'api'), {
        blames: [{ resource: ref('Service', 'db'), because: 'refused' }],
      }),
      finding('dependency_unreachable', ref('StatefulSet', 'db'), {
        confidence: 0.9,
        blames: [{ resource: ref('Service', 'api'), because: 'refused' }],
      }),
    ]
    expect(rootsOf(findings, shop)).toEqual(['dependency_unreachable db'])
  })

  it('puts what was asked about first and drops what nobody is affected by', () => {
    const findings = [
      finding('image_not_found', ref('Deployment', 'web'), { severity: 'critical' }),
      finding('missing_env', ref('Deployment', 'api'), { severity: 'medium' }),
      finding('pdb_blocks_eviction', ref('PodDisruptionBudget', 'any'), { severity: 'info' }),
      finding('hpa_at_maximum', ref('HorizontalPodAutoscaler', 'any'), { severity: 'low' }),
    ]
    expect(rootsOf(findings, shop, ref('Pod', 'api-0'))).toEqual(['missing_env api', 'image_not_found web'])
  })

  it('keeps to the node that was asked about', () => {
    const findings = [
      finding('missing_env', ref('Deployment', 'api')),
      finding('node_pressure', { kind: 'Node', name: 'worker-1' }),
    ]
    expect(rootsOf(findings, shop, { kind: 'Node', name: 'worker-1' })).toEqual(['node_pressure worker-1'])
  })

  it('shows a quiet fault where nothing worse is there', () => {
    expect(rootsOf([finding('cronjob_suspended', ref('CronJob', 'nightly'), { severity: 'low' })], shop)).toEqual([
      'cronjob_suspended nightly',
    ])
  })

  it('trusts a symptom without a cause less', () => {
    const graph = buildCauseGraph(
      [finding('container_crash', ref('Deployment', 'api'), { confidence: 0.95 })],
      clusterView(shop),
      { vocabulary },
    )
    expect(graph.roots[0]?.confidence).toBeLessThanOrEqual(0.6)
    expect(graph.unexplained).toHaveLength(1)
  })

  it('tells the same fault once', () => {
    const findings = [
      finding('image_not_found', ref('Deployment', 'web')),
      finding('image_not_found', ref('Deployment', 'web'), { confidence: 0.9 }),
    ]
    expect(rootsOf(findings, shop)).toHaveLength(1)
  })
})
