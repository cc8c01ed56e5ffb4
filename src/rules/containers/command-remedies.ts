import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import { containerNamed } from '#src/rules/kit/container-named.ts'
import { parseImage } from '#src/rules/kit/image-reference.ts'
import { nearName } from '#src/rules/kit/near-name.ts'
import type { ContainerGroup } from '#src/rules/kit/pod-groups.ts'
import { rollBackTo } from '#src/rules/kit/roll-back-to.ts'

/** What to do about a command that does not start: the earlier one, the one whose name it nearly is, or the question. */
export function commandRemedies(
  view: ClusterView,
  group: ContainerGroup,
  spec: Container,
  command: string | undefined,
): Remedy[] {
  const undo = rollBackTo(view, group.workload, (template) => {
    const before = containerNamed(template, group.container)
    return before !== undefined && (lineOf(before) !== lineOf(spec) || before.image !== spec.image)
  })
  const right = command === undefined ? undefined : rightName(view, spec, command)
  const set = setCommand(group, spec, command, right)
  return undo ? [undo.remedy, set] : [set]
}

function setCommand(
  group: ContainerGroup,
  spec: Container,
  wrong: string | undefined,
  right: string | undefined,
): Remedy {
  const base = { kind: 'set_command' as const, target: group.workload, risk: 'medium' as const, reversible: true }
  if (wrong === undefined || right === undefined) {
    const ask = `the command that container ${group.container} should run; image ${spec.image} has no ${wrong ?? 'such program'}`
    return {
      ...base,
      params: { container: group.container },
      needs: [{ param: 'command', ask }],
      reason: 'The command cannot be run, and the right one is not in the picture.',
    }
  }
  const replace = (words: string[]): string[] =>
    words.map((word, index) => (index === 0 && word === wrong ? right : word))
  // Without a command the first argument is what the runtime executes.
  const params = spec.command?.length ? { command: replace(spec.command) } : { args: replace(spec.args ?? [wrong]) }
  return {
    ...base,
    params: { container: group.container, ...params },
    reason: `"${wrong}" is one slip away from "${right}", which image ${spec.image} is named after or others run.`,
  }
}

/** Names that belong to the image: its own, and what other containers of the same image execute. */
function rightName(view: ClusterView, spec: Container, wrong: string): string | undefined {
  const { repository, registry } = parseImage(spec.image ?? '')
  const used = view
    .list('Pod')
    .flatMap((pod) => [...pod.spec.containers, ...(pod.spec.initContainers ?? [])])
    .filter((other) => {
      const reference = parseImage(other.image ?? '')
      return reference.repository === repository && reference.registry === registry
    })
    .flatMap((other) => other.command?.[0] ?? [])
  const folder = wrong.slice(0, wrong.lastIndexOf('/') + 1)
  const own = repository.split('/').at(-1) ?? ''
  const candidates = [...used.filter((name) => name !== wrong), `${folder}${own}`]
  return nearName(wrong, candidates)
}

function lineOf(spec: Container): string {
  return JSON.stringify([spec.command ?? [], spec.args ?? [], spec.workingDir])
}
