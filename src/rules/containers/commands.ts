import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { crashOf } from '#src/rules/kit/exits.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { type ContainerGroup, containerGroups, type ContainerInstance } from '#src/rules/kit/pods.ts'
import { type ContainerMessage, messagesOf } from '#src/rules/kit/messages.ts'
import type { Remedy } from '#src/domain/action.ts'
import { containerNamed, parseImage } from '#src/rules/kit/containers.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import { nearName } from '#src/rules/kit/names.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct, rollBack, setCommand, setImage } from '#src/rules/kit/actions.ts'

/** What a runtime says when it cannot start a command; the first group is the command, or the working directory. */
const faults: { pattern: RegExp; says: (command: string) => string; folder?: boolean }[] = [
  {
    pattern: /exec: \\?"([^"\\]+)\\?": executable file not found in \$PATH/,
    says: (command) => `command "${command}" is not found in the image (executable file not found in $PATH)`,
  },
  {
    pattern: /executable file [`']([^`']+)[`'] not found(?: in \$PATH)?/,
    says: (command) => `command "${command}" is not found in the image (executable file not found in $PATH)`,
  },
  {
    pattern: /exec:? \\?"?([^"\\\s:]+)\\?"?: (?:stat [^:]+: )?no such file or directory/,
    says: (command) => `command "${command}" is not found in the image (no such file or directory)`,
  },
  {
    pattern: /exec:? \\?"?([^"\\\s:]+)\\?"?: (?:permission denied|is a directory)/,
    says: (command) =>
      `command "${command}" cannot be executed (permission denied: it lacks the execute bit or is a directory)`,
  },
  {
    pattern: /chdir to cwd \(\\?"([^"\\]+)\\?"\)[^:]*: (?:no such file or directory|not a directory|permission denied)/,
    folder: true,
    says: (folder) => `working directory "${folder}" does not exist in the image or cannot be entered (not found)`,
  },
]

/** Commands that a container's image does not have or cannot run. */
export const commands = defineRule({
  name: 'commands',
  finds: {
    bad_command: {
      title: 'the command does not exist in the image or cannot be run',
      category: 'config',
      role: 'cause',
      layer: 'config',
      detected:
        'The runtime says that the command or the working directory is not in the image or cannot be run; or the container ends with exit code 126 or 127.',
      from: [
        '.status.containerStatuses[].state.waiting.message',
        '.status.containerStatuses[].lastState.terminated (message, exitCode)',
        'event `Failed`: `executable file not found in $PATH`, `no such file or directory`, `permission denied`, `chdir to cwd`',
      ],
      suggests: ['rollback', 'set_command', 'custom_instruction'],
      limits:
        'Exit code 126 or 127 alone is reported with little confidence, because a program may choose it itself. The image is not looked into: a right name is proposed only where the image or another container of it suggests one.',
    },
  },
  alsoFinds: ['image_platform_mismatch'],
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const reported = group.instances.flatMap((instance) =>
      messagesOf(view, instance).map((each) => ({ ...instance, reported: each })),
    )
    return findPlatform(view, group, reported) ?? findCommand(view, group, reported) ?? findShellExit(view, group)
  })
}

type WithMessage = ContainerInstance & { reported: ContainerMessage }

function findPlatform(view: ClusterView, group: ContainerGroup, reported: WithMessage[]): FindingDraft[] | undefined {
  const telling = onePerPod(reported.filter((each) => /exec format error/.test(each.reported.text)))
  const image = telling[0]?.spec.image
  if (!telling[0]) return undefined
  const nodes = new Set(view.list('Node').flatMap((node) => node.status?.nodeInfo?.architecture ?? []))
  const arch = nodes.size > 0 ? ` (nodes: ${[...nodes].join(', ')})` : ''
  return [
    groupFinding(view, group, telling, ({ reported: { evidence } }) => [evidence], {
      mechanism: 'image_platform_mismatch',
      confidence: 0.9,
      confidence_reason: 'the kernel refuses the binary by its format; a script without a #! line would read alike',
      statement: `Image ${image} of container ${group.container} (${group.workload.kind} ${group.workload.name}) is built for another platform than its node${arch}: "exec format error".`,
      remedies: platformRemedies(view, group, image ?? ''),
    }),
  ]
}

function findCommand(view: ClusterView, group: ContainerGroup, reported: WithMessage[]): FindingDraft[] | undefined {
  for (const { pattern, says, folder } of faults) {
    const telling = onePerPod(reported.filter((each) => pattern.test(each.reported.text)))
    const first = telling[0]
    const command = first && pattern.exec(first.reported.text)?.[1]
    if (!first || command === undefined) continue
    return [
      groupFinding(view, group, telling, ({ reported: { evidence } }) => [evidence], {
        mechanism: 'bad_command',
        confidence: 0.95,
        confidence_reason: 'the runtime names the command and the reason',
        statement: `${nameGroup(group)} cannot start: ${says(command)}; image ${first.spec.image}.`,
        remedies: folder ? folderRemedies(view, group, command) : commandRemedies(view, group, first.spec, command),
      }),
    ]
  }
  return undefined
}

/** A shell that does not find or may not run a program leaves only its exit code here; the log has the name. */
function findShellExit(view: ClusterView, group: ContainerGroup): FindingDraft[] {
  const ending = group.instances.flatMap((instance) => {
    const crash = crashOf(instance, view)
    const code = crash?.terminated.exitCode
    const short = crash !== undefined && crash.terminated.reason === 'Error' && (code === 126 || code === 127)
    return short ? [{ ...instance, crash }] : []
  })
  const first = ending[0]
  if (!first) return []
  const line = [...(first.spec.command ?? []), ...(first.spec.args ?? [])].join(' ').slice(0, 100)
  const named = line === '' ? 'the entry point of its image' : `"${line}"`
  const found = first.crash.terminated.exitCode === 127
  return [
    groupFinding(
      view,
      group,
      ending,
      ({ pod, crash }) => [
        objectEvidence(
          view.snapshot,
          pod,
          crash.path,
          `container ${group.container} ended with exit code ${crash.terminated.exitCode}`,
        ),
      ],
      {
        mechanism: 'bad_command',
        confidence: 0.6,
        confidence_reason: 'reported by the exit code alone, which a program may also choose by itself',
        statement: `${nameGroup(group)} ends with exit code ${found ? '127 (command not found)' : '126 (command cannot be executed, permission denied)'}: a program in ${named} ${found ? 'is not found in' : 'cannot be run from'} image ${first.spec.image}.`,
        remedies: commandRemedies(view, group, first.spec, undefined),
      },
    ),
  ]
}

function onePerPod(telling: WithMessage[]): WithMessage[] {
  return [...new Map(telling.toReversed().map((each) => [each.pod.metadata.uid, each])).values()]
}

/** A working directory that the image lacks: back to the one it had, else its owner says which one is meant. */
function folderRemedies(view: ClusterView, group: ContainerGroup, folder: string): Remedy[] {
  const { workload, container } = group
  const now = group.instances[0]?.spec
  const undo = rollBack(view, workload, {
    lacksFault: (template) => {
      const before = containerNamed(template, container)
      return before !== undefined && (before.workingDir !== now?.workingDir || before.image !== now?.image)
    },
  })
  const correction = instruct(
    workload,
    'patch_working_dir',
    `Set workingDir of container ${container} in ${workload.kind} ${workload.name} to a directory that image ${now?.image ?? 'of the container'} has, or take the field away so that the image's own is used.`,
    {
      reason: `"${folder}" cannot be entered in this image.`,
      needs: [{ param: 'workingDir', ask: `the working directory of container ${container}` }],
    },
  )
  return undo ? [undo.remedy, correction] : [correction]
}

/** What to do about a command that does not start: the earlier one, the one whose name it nearly is, or the question. */
function commandRemedies(
  view: ClusterView,
  group: ContainerGroup,
  spec: Container,
  command: string | undefined,
): Remedy[] {
  const undo = rollBack(view, group.workload, {
    lacksFault: (template) => {
      const before = containerNamed(template, group.container)
      return before !== undefined && (lineOf(before) !== lineOf(spec) || before.image !== spec.image)
    },
  })
  const right = command === undefined ? undefined : rightName(view, spec, command)
  const set = correctCommand(group, spec, command, right)
  return undo ? [undo.remedy, set] : [set]
}

function correctCommand(
  group: ContainerGroup,
  spec: Container,
  wrong: string | undefined,
  right: string | undefined,
): Remedy {
  if (wrong === undefined || right === undefined) {
    const ask = `the command that container ${group.container} should run; image ${spec.image} has no ${wrong ?? 'such program'}`
    return setCommand(
      group.workload,
      { container: group.container },
      { needs: [{ param: 'command', ask }], reason: 'The command cannot be run, and the right one is not known.' },
    )
  }
  const replace = (words: string[]): string[] =>
    words.map((word, index) => (index === 0 && word === wrong ? right : word))
  // Without a command the first argument is what the runtime executes.
  const params = spec.command?.length ? { command: replace(spec.command) } : { args: replace(spec.args ?? [wrong]) }
  return setCommand(
    group.workload,
    { container: group.container, ...params },
    { reason: `"${wrong}" is one slip away from "${right}", which image ${spec.image} is named after or others run.` },
  )
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

/** A binary for another platform is corrected by an image for this one. */
function platformRemedies(view: ClusterView, group: ContainerGroup, image: string): Remedy[] {
  const undo = rollBack(view, group.workload, {
    lacksFault: (template) => {
      const before = containerNamed(template, group.container)?.image
      return before !== undefined && before !== image
    },
  })
  const { registry, repository } = parseImage(image)
  const set: Remedy = setImage(
    group.workload,
    { container: group.container },
    {
      needs: [{ param: 'image', ask: `an image of ${registry}/${repository} built for the platform of the nodes` }],
      reason: 'The binary in this image is for another platform.',
    },
  )
  return undo ? [undo.remedy, set] : [set]
}
