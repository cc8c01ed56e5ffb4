import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { containerNamed } from '#src/rules/kit/container-named.ts'
import { instruct } from '#src/rules/kit/instruct.ts'
import type { ContainerGroup } from '#src/rules/kit/pod-groups.ts'
import { rollBackTo } from '#src/rules/kit/roll-back-to.ts'

/** A working directory that the image lacks: back to the one it had, else its owner says which one is meant. */
export function folderRemedies(view: ClusterView, group: ContainerGroup, folder: string): Remedy[] {
  const { workload, container } = group
  const now = group.instances[0]?.spec
  const undo = rollBackTo(view, workload, (template) => {
    const before = containerNamed(template, container)
    return before !== undefined && (before.workingDir !== now?.workingDir || before.image !== now?.image)
  })
  const mend = instruct(
    workload,
    'patch_working_dir',
    `Set workingDir of container ${container} in ${workload.kind} ${workload.name} to a directory that image ${now?.image ?? 'of the container'} has, or take the field away so that the image's own is used.`,
    {
      reason: `"${folder}" cannot be entered in this image.`,
      needs: [{ param: 'workingDir', ask: `the working directory of container ${container}` }],
    },
  )
  return undo ? [undo.remedy, mend] : [mend]
}
