import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Node } from '#src/domain/kubernetes/objects.ts'
import { formatDuration } from '#src/rules/kit/format-duration.ts'
import { listNames } from '#src/rules/kit/list-names.ts'
import { type Heartbeat, leaseOf } from './lease-of.ts'

/** Nodes that fall silent within this time of each other have one cause. */
const together = 60_000

/**
 * What the lease of a silent node says: a kubelet that renews it lives and reaches the API server, so only its status is not
 * written; one that does not is down, or cut off, and with others at the same moment it is their network or power.
 */
export function tellSilence(view: ClusterView, node: Node, beat: Heartbeat): string {
  if (beat.isFresh) {
    return `its lease was renewed ${formatDuration(beat.age)} ago, so the kubelet lives and reaches the API server: no network loss`
  }
  const others = view.list('Node').filter((other) => {
    const theirs = other === node ? undefined : leaseOf(view, other)
    return theirs !== undefined && !theirs.isFresh && Math.abs(theirs.age - beat.age) < together
  })
  const since = `its lease was last renewed ${formatDuration(beat.age)} ago`
  if (others.length === 0) return `${since}: kubelet or machine is down, or this node alone is cut off`
  const names = listNames(
    others.map(({ metadata }) => metadata.name),
    2,
  )
  return `${since}, together with ${names}${zoneOf([node, ...others])}: more likely their network or power than a kubelet`
}

function zoneOf(nodes: readonly Node[]): string {
  const zones = new Set(nodes.map(({ metadata }) => metadata.labels?.['topology.kubernetes.io/zone']))
  const [zone] = zones
  return zones.size === 1 && zone ? ` (zone ${zone})` : ''
}
