import { describe, expect, it } from 'vitest'
import { evictions } from '#src/rules/nodes/evictions.ts'
import type { Container, KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import { ago, clusterView, container, deployment, ended, event, pod, status } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const spec = (more: Partial<Container> = {}): Container =>
  container('spool', { resources: { limits: { 'ephemeral-storage': '64Mi' } }, ...more })
const total = 'Pod ephemeral local storage usage exceeds the total limit of containers 64Mi. '

/** A deployment that serves, and pods that were thrown out before. */
function cluster(
  evicted: (owner: KubernetesObject) => { pods: Pod[]; message: string; at?: number; modern?: boolean },
) {
  const objects = deployment('spooler', [spec()])
  const owner = objects[1] as KubernetesObject
  const { pods, message, at, modern } = evicted(owner)
  const events = pods.map((each) => event(each, 'Evicted', message, { last_seen: ago(at ?? 60), count: 1, modern }))
  return evictions.find(clusterView([...objects, ...pods], { events }))
}
const left = (owner: KubernetesObject, name: string, state: Pod['status']): Pod =>
  pod(name, [spec()], { owner, status: state })
const succeeded: Pod['status'] = {
  phase: 'Succeeded',
  containerStatuses: [status('spool', { ready: false, state: ended(0, 'Completed') })],
}
const failed = (message: string): Pod['status'] => ({
  phase: 'Failed',
  reason: 'Evicted',
  message,
  containerStatuses: [],
})

describe('src/rules/nodes/evictions', () => {
  it.each([true, false])('makes one finding of dozens of pods in every shape (newer events: %s)', (modern) => {
    const [finding, ...rest] = cluster((owner) => ({
      pods: [
        ...Array.from({ length: 20 }, (_, index) => left(owner, `spooler-1-${index}`, succeeded)),
        left(owner, 'spooler-1-x', failed(total)),
      ],
      message: total,
      modern,
    }))
    expect(rest).toEqual([])
    expect(finding).toMatchObject({
      mechanism: 'evicted_ephemeral_storage',
      resource: { kind: 'Deployment', name: 'spooler' },
      container: 'spool',
    })
    expect(missingFacts(finding?.statement, '21 pods', 'ephemeral-storage', '64Mi')).toEqual([])
    expect(finding?.affects).toHaveLength(21)
    expect(finding?.remedies[0]).toMatchObject({
      kind: 'patch_resources',
      params: { container: 'spool', limits: { 'ephemeral-storage': '128Mi' } },
    })
  })

  it.each([
    ['Container spool exceeded its local ephemeral storage limit "64Mi". ', 'container spool'],
    ['Usage of EmptyDir volume "scratch" exceeds the limit "64Mi". ', 'volume scratch'],
  ])('reads "%s"', (message, words) => {
    const [finding] = cluster((owner) => ({
      pods: [left(owner, 'spooler-1-a', failed(message)), left(owner, 'spooler-1-b', failed(message))],
      message,
    }))
    expect(finding?.mechanism).toBe('evicted_ephemeral_storage')
    expect(missingFacts(finding?.statement, words, '64Mi')).toEqual([])
  })

  it('tells a node under pressure, blames it, and derives the request from the usage', () => {
    const message =
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container spool was using 500Mi, request is 100Mi, has larger consumption of memory. '
    const [finding] = cluster((owner) => ({ pods: [left(owner, 'spooler-1-a', failed(message))], message }))
    expect(finding).toMatchObject({
      mechanism: 'evicted_node_pressure',
      blames: [{ resource: { kind: 'Node', name: 'node-1' } }],
    })
    expect(finding?.remedies[0]).toMatchObject({ kind: 'patch_resources', params: { requests: { memory: '600Mi' } } })
  })

  it('knows pods that are gone by their events', () => {
    const objects = deployment('spooler', [spec()])
    const gone = ['a', 'b'].map((name) => pod(`spooler-1-${name}`, [spec()]))
    const events = gone.map((each) => event(each, 'Evicted', total, { last_seen: ago(40) }))
    expect(evictions.find(clusterView(objects, { events }))[0]?.resource.name).toBe('spooler')
  })

  it.each([
    ['hours ago', 7200, 5],
    ['once, and its replacement serves', 600, 1],
  ])('is silent about evictions of %s', (_what, at, count) => {
    expect(
      cluster((owner) => ({
        pods: Array.from({ length: count }, (_, index) => left(owner, `spooler-1-${index}`, succeeded)),
        message: total,
        at,
      })),
    ).toEqual([])
  })
})
