import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { commandRemedies } from './command-remedies.ts'
import { folderRemedies } from './folder-remedies.ts'
import { platformRemedies } from '#src/rules/kit/platform-remedies.ts'
import { crashOf } from '#src/rules/kit/crash-of.ts'
import { nameGroup } from '#src/rules/kit/name-group.ts'
import { groupFinding } from '#src/rules/kit/group-finding.ts'
import { type ContainerGroup, type ContainerInstance, containerGroups } from '#src/rules/kit/pod-groups.ts'
import { type Told, toldOf } from '#src/rules/kit/told-of.ts'

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
export function commands(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const told = group.instances.flatMap((instance) =>
      toldOf(view, instance).map((each) => ({ ...instance, told: each })),
    )
    return findPlatform(view, group, told) ?? findCommand(view, group, told) ?? findShellExit(view, group)
  })
}

type Telling = ContainerInstance & { told: Told }

function findPlatform(view: ClusterView, group: ContainerGroup, told: Telling[]): FindingDraft[] | undefined {
  const telling = onePerPod(told.filter((each) => /exec format error/.test(each.told.text)))
  const image = telling[0]?.spec.image
  if (!telling[0]) return undefined
  const nodes = new Set(view.list('Node').flatMap((node) => node.status?.nodeInfo?.architecture ?? []))
  const arch = nodes.size > 0 ? ` (nodes: ${[...nodes].join(', ')})` : ''
  return [
    groupFinding(view, group, telling, ({ told: { evidence } }) => [evidence], {
      mechanism: 'image_platform_mismatch',
      confidence: 0.9,
      confidence_reason: 'the kernel refuses the binary by its format; a script without a #! line would read alike',
      statement: `Image ${image} of container ${group.container} (${group.workload.kind} ${group.workload.name}) is built for another platform than its node${arch}: "exec format error".`,
      remedies: platformRemedies(view, group, image ?? ''),
    }),
  ]
}

function findCommand(view: ClusterView, group: ContainerGroup, told: Telling[]): FindingDraft[] | undefined {
  for (const { pattern, says, folder } of faults) {
    const telling = onePerPod(told.filter((each) => pattern.test(each.told.text)))
    const first = telling[0]
    const command = first && pattern.exec(first.told.text)?.[1]
    if (!first || command === undefined) continue
    return [
      groupFinding(view, group, telling, ({ told: { evidence } }) => [evidence], {
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
        confidence_reason: 'told by the exit code alone, which a program may also choose by itself',
        statement: `${nameGroup(group)} ends with exit code ${found ? '127 (command not found)' : '126 (command cannot be executed, permission denied)'}: a program in ${named} ${found ? 'is not found in' : 'cannot be run from'} image ${first.spec.image}.`,
        remedies: commandRemedies(view, group, first.spec, undefined),
      },
    ),
  ]
}

function onePerPod(telling: Telling[]): Telling[] {
  return [...new Map(telling.toReversed().map((each) => [each.pod.metadata.uid, each])).values()]
}
