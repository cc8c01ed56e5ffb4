import type { PodSpec } from '#src/domain/kubernetes/objects.ts'
import { type PodReference, podReferences } from '#src/domain/kubernetes/pod-references.ts'

/** Does a pod spec hold this reference? Asked of earlier revisions. */
export function refersTo(spec: PodSpec, wanted: PodReference): boolean {
  return podReferences(spec).some(
    (reference) => reference.kind === wanted.kind && reference.name === wanted.name && reference.key === wanted.key,
  )
}
