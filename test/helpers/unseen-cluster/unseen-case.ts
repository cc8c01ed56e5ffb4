import type { ActionKind } from '#src/domain/action.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'

/** An incident that was made up, with the verdict that a person would give. */
export interface UnseenCase {
  name: string
  objects: KubernetesObject[]
  events?: ClusterEvent[]
  /** Current logs by `pod/container`. */
  logs?: Record<string, string>
  unseen?: (ObservedKind | 'Event')[]
  /** Kind/name of each fault with the mechanisms that are right for it; none where all is well. */
  roots: { at: string; by: Mechanism[] }[]
  /** Whole words that must stand in the summary or in the statements of the roots. */
  words?: string[]
  /** The first action: any of these kinds, on this target where one is given. */
  action?: { kinds: (ActionKind | `custom_instruction:${string}`)[]; target?: string }
}
