import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { type ContainerGroup, containerGroups } from '#src/rules/kit/pods.ts'
import { messagesOf } from '#src/rules/kit/messages.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct } from '#src/rules/kit/actions.ts'

const nonRoot = [
  {
    pattern: /container has runAsNonRoot and image will run as root/,
    says: 'image IMAGE will run as root and no runAsUser is given',
  },
  {
    pattern: /container has runAsNonRoot and image has non-numeric user \(([^)]*)\)/,
    says: 'image IMAGE names its user as text (USER), so the kubelet cannot verify that it is not root',
  },
  { pattern: /container's runAsUser breaks non-root policy/, says: 'its runAsUser is 0, which is root' },
]
const readOnly = /(?:mkdir|open|create|mkdirat|mountpoint for)[^"]{0,120}read-only file system/i

/** Containers that the kubelet refuses for what their security context demands. */
export const securityContext = defineRule({
  name: 'security-context',
  finds: {
    file_permission: {
      title: 'the process may not read, write or execute a file',
      category: 'config',
      role: 'cause',
      layer: 'environment',
      detected:
        'A process may not read, write or execute a path, or listen on a port below 1024; or the runtime cannot make a path on a read-only root file system.',
      from: [
        'log: `permission denied`, `EACCES`, `Read-only file system`, `Operation not permitted`, with a path',
        'event `Failed`: `read-only file system`',
        '.spec.containers[].volumeMounts',
        '.spec.containers[].securityContext',
      ],
      suggests: ['rollback', 'custom_instruction', 'escalate'],
      limits:
        'Owner and mode of files are not seen. Security is never weakened to make a path usable: an fsGroup or a writable volume is proposed.',
    },
    run_as_non_root: {
      title: 'runAsNonRoot is demanded of an image that runs as root',
      category: 'config',
      role: 'cause',
      layer: 'config',
      detected: 'The kubelet refuses a container because runAsNonRoot is demanded and its user is root or not numeric.',
      from: [
        '.status.containerStatuses[].state.waiting.message',
        'event `Failed`: `container has runAsNonRoot and image will run as root`, `non-numeric user`, `breaks non-root policy`',
      ],
      suggests: ['custom_instruction'],
      limits: 'The user that the image is made for is not known. The demand itself is kept.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => [...findRoot(view, group), ...findReadOnly(view, group)])
}

function findRoot(view: ClusterView, group: ContainerGroup): FindingDraft[] {
  for (const { pattern, says } of nonRoot) {
    const refused = tellingOf(view, group, pattern)
    const first = refused[0]
    if (!first) continue
    const user = pattern.exec(first.reported.text)?.[1] ?? ''
    const why = says.replace('IMAGE', first.spec.image ?? '').replace('USER', user)
    return [
      groupFinding(view, group, refused, ({ reported }) => [reported.evidence], {
        mechanism: 'run_as_non_root',
        confidence: 0.95,
        confidence_reason: 'the kubelet says so in its own words',
        statement: `${nameGroup(group)} is refused: securityContext.runAsNonRoot is true, but ${why}.`,
        remedies: [giveUser(group, first.spec.image ?? '', user)],
      }),
    ]
  }
  return []
}

/** The demand stays; what is missing is a user that meets it. */
function giveUser({ workload, container }: ContainerGroup, image: string, user: string): Remedy {
  const whose =
    user === '' ? 'the user that the image is made for, else 1000' : `the number of the image's user ${user}, else 1000`
  return instruct(
    workload,
    'patch_security_context',
    `Set securityContext.runAsUser of container ${container} in ${workload.kind} ${workload.name} to a non-root id (${whose}) and keep runAsNonRoot true; see that the image's files can be read by it. Better still: build ${image} with a numeric non-root USER.`,
    { reason: 'runAsNonRoot needs a user that is known not to be root.' },
  )
}

function findReadOnly(view: ClusterView, group: ContainerGroup): FindingDraft[] {
  const refused = tellingOf(view, group, readOnly)
  const first = refused[0]
  if (!first) return []
  const words = readOnly.exec(first.reported.text)?.[0].slice(0, 140) ?? ''
  const { workload, container } = group
  return [
    groupFinding(view, group, refused, ({ reported }) => [reported.evidence], {
      mechanism: 'file_permission',
      confidence: 0.85,
      confidence_reason: 'the runtime names the path that it may not make',
      statement: `${nameGroup(group)} cannot be created: "${words}"; its root file system is read-only.`,
      remedies: [
        instruct(
          workload,
          'add_volume',
          `Mount an emptyDir where container ${container} of ${workload.kind} ${workload.name} has to write, and keep readOnlyRootFilesystem.`,
          { reason: 'The path must be writable; the root file system need not be.' },
        ),
      ],
    }),
  ]
}

function tellingOf(view: ClusterView, group: ContainerGroup, pattern: RegExp) {
  return group.instances.flatMap((instance) => {
    const reported = messagesOf(view, instance).find(({ text }) => pattern.test(text))
    return reported ? [{ ...instance, reported }] : []
  })
}
