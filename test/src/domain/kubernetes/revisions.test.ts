import { describe, expect, it } from 'vitest'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { PodSpec, PodTemplate } from '#src/domain/kubernetes/objects.ts'
import { revisionsOf, templateChanges } from '#src/domain/kubernetes/revisions.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'

function template(container: Partial<PodSpec['containers'][number]>, rest: Partial<PodSpec> = {}): PodTemplate {
  return { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'api', ...container }], ...rest } }
}

function viewOf(objects: Snapshot['objects']): ClusterView {
  return new ClusterView({
    taken_at: '2026-11-20T10:00:00Z',
    namespace: 'shop',
    objects,
    events: [],
    coverage: {},
    absent: [],
    missing_apis: [],
    gaps: [],
    cost: { requests: 0, bytes: 0, ms: 0 },
  })
}

function owned(kind: string, name: string, uid: string, annotations?: Record<string, string>) {
  const ownerReferences = [{ kind, name: 'api', uid: 'owner', controller: true }]
  return { name, namespace: 'shop', uid, annotations, ownerReferences }
}

const selector = { matchLabels: { app: 'api' } }

const numbered = (value: string) => ({ 'deployment.kubernetes.io/revision': value })

function deploymentView(wanted: string | undefined): ClusterView {
  const set = (name: string, number: string, ready: number, image: string) => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet' as const,
    metadata: owned('Deployment', name, name, numbered(number)),
    spec: { selector, template: template({ image }) },
    status: { readyReplicas: ready },
  })
  const metadata = { name: 'api', namespace: 'shop', uid: 'owner', annotations: wanted ? numbered(wanted) : undefined }
  return viewOf({
    Deployment: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: { selector, template: template({ image: 'api:3' }) },
      },
    ],
    ReplicaSet: [set('api-a', '9', 2, 'api:1'), set('api-b', '10', 0, 'api:3'), set('api-c', '8', 0, 'api:2')],
  })
}

const deployment = { kind: 'Deployment', namespace: 'shop', name: 'api' }

describe('src/domain/kubernetes/revisions', () => {
  it('lists the replica sets of a deployment newest first by number and marks the one that is wanted', () => {
    const revisions = revisionsOf(deploymentView('10'), deployment)
    expect(revisions.map((entry) => [entry.revision, entry.current, entry.ready_replicas])).toEqual([
      [10, true, 0],
      [9, false, 2],
      [8, false, 0],
    ])
    expect(revisions[0]?.source).toEqual({ kind: 'ReplicaSet', namespace: 'shop', name: 'api-b' })
  })

  it('takes the highest number for the current one where the deployment does not say', () => {
    expect(revisionsOf(deploymentView(undefined), deployment).filter((entry) => entry.current)).toHaveLength(1)
    expect(revisionsOf(deploymentView(undefined), deployment)[0]?.current).toBe(true)
  })

  it('counts ready pods by revision for daemon sets, whose pods bear only the hash', () => {
    const entry = (name: string, revision: number) => ({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision' as const,
      metadata: owned('DaemonSet', name, name),
      revision,
      data: { spec: { template: { ...template({ image: `api:${revision}` }), $patch: 'replace' } } },
    })
    const metadata = { ...owned('DaemonSet', 'api-x', 'pod'), labels: { 'controller-revision-hash': 'abc' } }
    const view = viewOf({
      DaemonSet: [
        {
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          metadata: { name: 'api', namespace: 'shop', uid: 'owner' },
          spec: { selector, template: template({}) },
        },
      ],
      ControllerRevision: [entry('api-abc', 1), entry('api-def', 2)],
      Pod: [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata,
          spec: template({}).spec,
          status: { conditions: [{ type: 'Ready', status: 'True' }] },
        },
      ],
    })
    const revisions = revisionsOf(view, { kind: 'DaemonSet', namespace: 'shop', name: 'api' })
    expect(revisions.map((revision) => [revision.revision, revision.ready_replicas, revision.current])).toEqual([
      [2, 0, true],
      [1, 1, false],
    ])
  })

  it('knows no revision of what is not in the picture', () => {
    expect(revisionsOf(viewOf({}), deployment)).toEqual([])
  })

  const changes: [string, PodTemplate, PodTemplate, unknown][] = [
    [
      'an image',
      template({ image: 'api:1' }),
      template({ image: 'api:2' }),
      [{ path: 'containers[api].image', before: 'api:1', after: 'api:2' }],
    ],
    [
      'a variable that was taken away',
      template({
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      }),
      template({ env: [{ name: 'B', value: '2' }] }),
      [{ path: 'containers[api].env[A].value', before: '1' }],
    ],
    [
      'the key that a variable reads',
      template({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'old' } } }] }),
      template({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'new' } } }] }),
      [{ path: 'containers[api].env[A].valueFrom.secretKeyRef.key', before: 'old', after: 'new' }],
    ],
    [
      'arguments as one value',
      template({ args: ['--port', '80'] }),
      template({ args: ['--port', '81'] }),
      [{ path: 'containers[api].args', before: '["--port","80"]', after: '["--port","81"]' }],
    ],
    [
      'a probe and a limit',
      template({ readinessProbe: { httpGet: { port: 80 } }, resources: { limits: { memory: '64Mi' } } }),
      template({ readinessProbe: { httpGet: { port: 81 } }, resources: { limits: { memory: '32Mi' } } }),
      [
        { path: 'containers[api].readinessProbe.httpGet.port', before: '80', after: '81' },
        { path: 'containers[api].resources.limits.memory', before: '64Mi', after: '32Mi' },
      ],
    ],
    [
      'a selector of the pod',
      template({}),
      template({}, { nodeSelector: { disk: 'ssd' } }),
      [{ path: 'nodeSelector.disk', after: 'ssd' }],
    ],
    [
      'nothing where only a restart was asked',
      template({}),
      { ...template({}), metadata: { labels: { app: 'api', 'pod-template-hash': 'x' } } },
      [],
    ],
  ]
  it.each(changes)('names %s', (_, before, after, expected) => {
    expect(templateChanges(before, after)).toEqual(expected)
  })
})
