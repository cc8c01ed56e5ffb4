import type { ClusterView } from '../domain/cluster-view.ts'
import type { Node } from '../domain/kubernetes/objects.ts'

/** A kubelet writes its conditions at least every five minutes. */
const fresh = 6 * 60_000

/** Nodes that are not ready, or whose kubelet has not written its conditions for longer than it should. */
export function suspectNodes(view: ClusterView): Node[] {
  return view.list('Node').filter((node) => {
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')
    if (!ready) return false
    return ready.status !== 'True' || (view.ageOf(ready.lastHeartbeatTime) ?? 0) > fresh
  })
}
