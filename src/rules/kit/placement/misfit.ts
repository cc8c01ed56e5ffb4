import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Node, Pod, PodSpec } from '#src/domain/kubernetes/objects.ts'

/** What the scheduler asks of a node. */
export type Predicate =
  | 'selector'
  | 'affinity'
  | 'volume'
  | 'cordon'
  | 'taint'
  | 'resources'
  | 'host_port'
  | 'spread'
  | 'pod_affinity'

/** One reason why a node does not take the pod. `key` is the label, resource, port, topology key or claim it is about. */
export interface Misfit {
  predicate: Predicate
  key: string
  /** What the pod wants and what the node has, as numbers for resources, as text otherwise. */
  wanted?: number | string
  available?: number | string
  effect?: string
}

/** A pod that seeks a node, real or made from a template. */
export interface Candidate {
  namespace: string
  labels?: Record<string, string>
  spec: PodSpec
}

/** The cluster as the predicates need it. */
export interface Floor {
  view: ClusterView
  nodes: Node[]
  placed: Map<string, Pod[]>
}
