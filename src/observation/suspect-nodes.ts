import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Condition, Node } from '#src/domain/kubernetes/objects.ts'

/** A kubelet writes its conditions at least every five minutes. */
const fresh = 6 * 60_000
const longestSilence = 15 * 60_000
const skew = 2 * 60_000

/**
 * Nodes that are not ready, or whose kubelet has long written nothing while others do. Where no node at all is in step with the
 * picture, it is the picture's clock that is off, and no lease would tell more.
 */
export function suspectNodes(view: ClusterView): Node[] {
  const nodes = view.list('Node').flatMap((node) => {
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')
    return ready ? [{ node, ready, silence: silenceOf(view, ready) }] : []
  })
  const inStep = nodes.some(({ silence }) => silence !== undefined && silence > -skew && silence < fresh)
  return nodes
    .filter(({ ready, silence = 0 }) => ready.status !== 'True' || (inStep && silence >= longestSilence))
    .map(({ node }) => node)
}

function silenceOf(view: ClusterView, { lastHeartbeatTime }: Condition): number | undefined {
  return view.ageOf(lastHeartbeatTime)
}
