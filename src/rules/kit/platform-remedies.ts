import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { containerNamed } from './container-named.ts'
import { parseImage } from './image-reference.ts'
import type { ContainerGroup } from './pod-groups.ts'
import { rollBackTo } from './roll-back-to.ts'

/** A binary for another platform is mended by an image for this one. */
export function platformRemedies(view: ClusterView, group: ContainerGroup, image: string): Remedy[] {
  const undo = rollBackTo(view, group.workload, (template) => {
    const before = containerNamed(template, group.container)?.image
    return before !== undefined && before !== image
  })
  const { registry, repository } = parseImage(image)
  const set: Remedy = {
    kind: 'set_image',
    target: group.workload,
    params: { container: group.container },
    needs: [{ param: 'image', ask: `an image of ${registry}/${repository} built for the platform of the nodes` }],
    reason: 'The binary in this image is for another platform.',
    risk: 'medium',
    reversible: true,
  }
  return undo ? [undo.remedy, set] : [set]
}
