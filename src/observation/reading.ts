import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { BoundedReads } from './bounded-reads.ts'
import type { Picture } from './snapshot-builder.ts'

/** The reads of one observation and where they go. */
export interface Reading {
  reads: BoundedReads
  picture: Picture
  concurrency: number
  max_other_namespaces: number
  max_single_reads: number
  /** The API groups that the server says it serves; empty where it does not say. */
  groups: Promise<readonly string[]>
  /** The picture as it stands now, indexed. */
  view(): ClusterView
}
