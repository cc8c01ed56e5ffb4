import { describe, expect, it } from 'vitest'
import { nodes } from '../../../../src/analyzers/kubernetes/nodes.ts'
import type { Condition, Node } from '../../../../src/domain/kubernetes/objects.ts'
import { clusterView, container, deployment, node, status } from '../../../helpers/build-cluster.ts'

const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady' }
const machine = (conditions: Condition[]): Node => node('node-1', { status: { conditions } })

describe('src/analyzers/kubernetes/nodes', () => {
  it('accounts for pods of a lost node that still look as if they ran', () => {
    const lost = machine([{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }])
    const pods = deployment('web', [container('api')], {
      podStatus: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [status('api')],
      },
    })
    const [found] = nodes(clusterView([lost, ...pods]))
    expect(found).toMatchObject({ mechanism: 'node_not_ready', severity: 'high' })
    expect(found?.affects).toContainEqual(expect.objectContaining({ kind: 'Deployment', name: 'web' }))
    expect(found?.remedies.map(({ kind }) => kind)).toEqual(['escalate', 'cordon'])
  })

  it('tells pressure by the condition', () => {
    const [found] = nodes(
      clusterView([machine([ready, { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure' }])]),
    )
    expect(found).toMatchObject({ mechanism: 'node_pressure' })
    expect(found?.statement).toContain('DiskPressure')
  })

  it('does not judge conditions of other makers, nor a node of which nothing is told', () => {
    expect(nodes(clusterView([machine([ready, { type: 'KernelDeadlock', status: 'True' }])]))).toEqual([])
    expect(nodes(clusterView([node('node-2')]))).toEqual([])
  })
})
