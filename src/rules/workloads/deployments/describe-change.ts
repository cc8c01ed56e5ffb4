import type { PodTemplate } from '#src/domain/kubernetes/objects.ts'
import { templateChanges } from '#src/domain/kubernetes/revisions.ts'
import { imageTags } from './image-tags.ts'

/** What a change of template is about, in a few words: the images, or where they are the same the first changed fields. */
export function describeChange(before: PodTemplate, after: PodTemplate): string {
  if (imageTags(before) !== imageTags(after)) return `from ${imageTags(before)} to ${imageTags(after)}`
  const paths = templateChanges(before, after).map((change) => change.path)
  return paths.length > 0 ? `(${imageTags(after)}, changed: ${paths.slice(0, 2).join(', ')})` : `(${imageTags(after)})`
}
