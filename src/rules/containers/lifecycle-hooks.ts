import type { ClusterView } from '#src/domain/cluster-view.ts'
import { eventEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Handler } from '#src/domain/kubernetes/objects.ts'
import { crashOf } from '#src/rules/kit/exits.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { eventsOfContainer } from '#src/rules/kit/messages.ts'
import { type ContainerGroup, containerGroups } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, rollBack } from '#src/rules/kit/actions.ts'

const recentMs = 15 * 60_000

/** Hooks that fail: a failed postStart kills its container each time it starts; a failed preStop cuts the shutdown short. */
export const lifecycleHooks = defineRule({
  name: 'lifecycle-hooks',
  finds: {
    lifecycle_hook_failed: {
      title: 'a postStart or preStop hook fails',
      category: 'config',
      role: 'cause',
      layer: 'workload',
      detected:
        'A postStart or preStop hook failed within the last 15 minutes, and the container is not ready or keeps exiting.',
      from: ['events `FailedPostStartHook`, `FailedPreStopHook`', '.spec.containers[].lifecycle'],
      suggests: ['rollback', 'escalate'],
      limits: 'Newer kubelets do not say why a hook fails.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => [
    ...findHook(view, group, 'postStart', 'FailedPostStartHook'),
    ...findHook(view, group, 'preStop', 'FailedPreStopHook'),
  ])
}

function findHook(
  view: ClusterView,
  group: ContainerGroup,
  hook: 'postStart' | 'preStop',
  reason: string,
): FindingDraft[] {
  const failing = group.instances.flatMap((instance) => {
    const event = eventsOfContainer(view, instance).find((each) => each.reason === reason)
    const age = view.ageOf(event?.last_seen)
    const hurts = instance.status?.ready !== true || crashOf(instance, view) !== undefined
    return event && hurts && age !== undefined && age < recentMs ? [{ ...instance, event }] : []
  })
  const first = failing[0]
  if (!first) return []
  const what = describe(first.spec.lifecycle?.[hook])
  const { workload } = group
  const undo = rollBack(view, workload, {
    lacksFault: (template) => {
      const before = template.spec.containers.find((spec) => spec.name === group.container)
      return before !== undefined && JSON.stringify(before.lifecycle) !== JSON.stringify(first.spec.lifecycle)
    },
  })
  const ask = escalate(
    view,
    workload,
    `Correct the ${hook} hook of container ${group.container}: ${what}.`,
    'What the hook has to do is known to its owners alone.',
  )
  return [
    groupFinding(view, group, failing, ({ event }) => [eventEvidence(event)], {
      mechanism: 'lifecycle_hook_failed',
      confidence: 0.9,
      confidence_reason: 'the kubelet reports the hook; newer ones do not say why it fails',
      statement: `${nameGroup(group)} is killed because its ${hook} hook fails (${reason}): ${what}. ${first.event.message.slice(0, 90)}`,
      remedies: undo ? [undo.remedy, ask] : [ask],
    }),
  ]
}

function describe(handler: Handler | undefined): string {
  if (handler?.exec) return `exec ${(handler.exec.command ?? []).join(' ').slice(0, 90)}`
  if (handler?.httpGet) return `GET ${handler.httpGet.path ?? '/'} on port ${handler.httpGet.port}`
  return 'the hook of its spec'
}
