import { describe, expect, it } from 'vitest'
import { nodes } from '#src/rules/nodes/nodes.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { Condition, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { ago, clusterView, container, deployment, node, status } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady' }
const machine = (conditions: Condition[]): Node => node('node-1', { status: { conditions } })

describe('src/rules/nodes/nodes', () => {
  it('accounts for pods of a lost node that still look as if they ran', () => {
    const lost = machine([{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }])
    const pods = deployment('web', [container('api')], {
      podStatus: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [status('api')],
      },
    })
    const [found] = nodes.find(clusterView([lost, ...pods]))
    expect(found).toMatchObject({ mechanism: 'node_not_ready', severity: 'high' })
    expect(found?.affects).toContainEqual(expect.objectContaining({ kind: 'Deployment', name: 'web' }))
    expect(found?.remedies.map(({ kind }) => kind)).toEqual(['escalate', 'cordon'])
  })

  it('tells pressure by the condition', () => {
    const [found] = nodes.find(
      clusterView([machine([ready, { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure' }])]),
    )
    expect(found).toMatchObject({ mechanism: 'node_pressure' })
    expect(found?.statement).toContain('DiskPressure')
  })

  it('does not judge conditions of other makers, nor a node of which nothing is told', () => {
    expect(nodes.find(clusterView([machine([ready, { type: 'KernelDeadlock', status: 'True' }])]))).toEqual([])
    expect(nodes.find(clusterView([node('node-2')]))).toEqual([])
  })

  const lease = (name: string, seconds: number): KubernetesObject =>
    ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: 'kube-node-lease', uid: `lease-${name}` },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: ago(seconds) },
    }) as KubernetesObject
  const silent = (name: string, value: string, zone?: string): Node => ({
    ...node(name, {
      status: {
        conditions: [{ type: 'Ready', status: value, reason: 'NodeStatusUnknown', lastHeartbeatTime: ago(1800) }],
      },
    }),
    metadata: { name, uid: `uid-${name}`, labels: zone ? { 'topology.kubernetes.io/zone': zone } : {} },
  })
  it.each<[string, KubernetesObject[], string[]]>([
    ['a kubelet that lives', [silent('node-1', 'True'), lease('node-1', 8)], ['lease', '8s']],
    ['one that is down', [silent('node-1', 'Unknown'), lease('node-1', 1700)], ['lease', '28m']],
    [
      'a zone that is cut off',
      [silent('node-1', 'Unknown', 'b'), silent('node-2', 'Unknown', 'b'), lease('node-1', 900), lease('node-2', 915)],
      ['15m', 'node-2', 'zone b', 'network'],
    ],
    ['no lease that may be read', [silent('node-1', 'Unknown')], ['NotReady']],
  ])('tells by its lease of %s', (_, objects, words) => {
    const [found] = nodes.find(clusterView(objects))
    expect(missingFacts(found?.statement, ...words)).toEqual([])
    expect(found?.statement.length).toBeLessThanOrEqual(300)
  })

  it('does not believe the lease of a node that bore the name before', () => {
    const old = {
      ...lease('node-1', 8),
      metadata: { ...lease('node-1', 8).metadata, ownerReferences: [{ kind: 'Node', name: 'node-1', uid: 'another' }] },
    }
    expect(nodes.find(clusterView([silent('node-1', 'Unknown'), old]))[0]?.statement).not.toContain('lease')
  })

  const beating = (name: string, seconds: number, more: Condition[] = []): Node =>
    node(name, { status: { conditions: [{ ...ready, lastHeartbeatTime: ago(seconds) }, ...more] } })
  it.each<[string, Node[], string[]]>([
    ['all report', [beating('node-1', 60), beating('node-2', 280)], []],
    ['one has been silent for long', [beating('node-1', 1800), beating('node-2', 60)], ['node_heartbeat_stale']],
    ['all have been silent: the picture is old', [beating('node-1', 1800), beating('node-2', 1700)], []],
    ['one has a clock that is ahead', [beating('node-1', -300), beating('node-2', 60)], ['node_clock_skew']],
    ['all are ahead: it is the clock of the picture', [beating('node-1', -300), beating('node-2', -290)], []],
    ['a single one is silent, with none to hold it against', [beating('node-1', 1800)], []],
    [
      'one reports its clock itself',
      [
        beating('node-1', 60, [
          { type: 'NTPProblem', status: 'True', reason: 'NTPIsDown', message: 'ntp service is not running' },
        ]),
      ],
      ['node_clock_skew'],
    ],
    ['one reports that its clock is kept', [beating('node-1', 60, [{ type: 'NTPProblem', status: 'False' }])], []],
  ])('reads clocks and reports of ready nodes: %s', (_, machines, expected) => {
    expect(nodes.find(clusterView(machines)).map(({ mechanism }) => mechanism)).toEqual(expected)
  })
})
