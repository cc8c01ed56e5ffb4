import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { Remedy } from '#src/domain/action.ts'
import { eventEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Container, Pod } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { livingPods } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, patchResources } from '#src/rules/kit/actions.ts'

/** A runtime's own process needs about this much; a smaller limit kills the sandbox before the container is there. */
const sandboxBytes = 12 * 2 ** 20
/** Below this a limit is the reason where the runtime speaks of memory itself. */
const oomBytes = 64 * 2 ** 20
const enough = '64Mi'

/** Pods whose sandbox the runtime cannot make: memory limits below what it needs itself, no addresses left, a broken network plugin. */
export const sandboxes = defineRule({
  name: 'sandboxes',
  finds: {
    sandbox_failed: {
      title: 'the pod sandbox cannot be created',
      category: 'resources',
      role: 'cause',
      layer: 'container',
      detected:
        'Pods stay in ContainerCreating because the runtime cannot make their sandbox: a memory limit below what it needs itself, no addresses left, or a failing network plugin.',
      from: ['event `FailedCreatePodSandBox`', '.spec.containers[].resources.limits.memory'],
      suggests: ['patch_resources', 'escalate'],
      limits: 'What is wrong with the node or its plugin is known only as far as the event says.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  const failing = livingPods(view).flatMap((pod) => {
    const started = (pod.status?.containerStatuses ?? []).some((status) => status.state?.running)
    const event = view.eventsOf(pod).find((each) => each.reason === 'FailedCreatePodSandBox')
    return event && !started ? [{ pod, event, workload: view.workloadOf(pod) }] : []
  })
  return [...Map.groupBy(failing, ({ workload }) => refKey(workload)).values()].map((group) => findSandbox(view, group))
}

function findSandbox(
  view: ClusterView,
  group: { pod: Pod; event: ClusterEvent; workload: ResourceRef }[],
): FindingDraft {
  const [{ pod, event, workload }] = group as [(typeof group)[number]]
  const tight = tightest(pod, /OOM-?killed|memory limit too low/i.test(event.message) ? oomBytes : sandboxBytes)
  const limit = tight?.resources?.limits?.['memory']
  const cause = tight
    ? `the memory limit ${limit} of container ${tight.name} is too small even for the sandbox`
    : readMessage(event.message)
  return draftFinding({
    mechanism: 'sandbox_failed',
    resource: workload,
    severity: severityOf(view, workload),
    confidence: tight ? 0.85 : 0.7,
    confidence_reason: tight
      ? 'such a limit cannot hold the process that starts a container'
      : 'the words of the runtime tell it',
    statement: `Pods of ${workload.kind} ${workload.name} stay in ContainerCreating (FailedCreatePodSandBox): ${cause}.`,
    evidence: group.slice(0, 3).map((each) => eventEvidence(each.event)),
    affects: group.map((each) => refOf(each.pod)),
    remedies: [...(tight ? [raise(workload, tight.name)] : []), ...(tight ? [] : [askPlatform(view, workload, event)])],
  })
}

const limitOf = (spec: Container): number =>
  parseQuantity(spec.resources?.limits?.['memory']) ?? Number.POSITIVE_INFINITY

/** The container with the smallest memory limit, where that is below the bound. */
function tightest(pod: Pod, bound: number): Container | undefined {
  const smallest = pod.spec.containers.toSorted((left, right) => limitOf(left) - limitOf(right))[0]
  return smallest && limitOf(smallest) < bound ? smallest : undefined
}

/** From the plugin's own name on, where it is reported; else the end, where the fact stands. */
function pluginWords(message: string): string {
  const plugin = /plugin type=.*$/s.exec(message)?.[0]
  return plugin === undefined ? message.slice(-150) : plugin.slice(0, 140)
}

function readMessage(message: string): string {
  if (
    /no IP addresses available|failed to (?:allocate|assign)[^:]*(?:IP|address)|range is full|requested IPv[46] addresses|no more free affine blocks|InsufficientFreeAddresses/i.test(
      message,
    )
  ) {
    return `the network plugin has no IP addresses left: "${pluginWords(message)}"`
  }
  if (/\bcni\b|plugin type=|network plugin|networkPlugin/i.test(message))
    return `the network plugin (CNI) fails: "${pluginWords(message)}"`
  return `"${pluginWords(message)}"`
}

function raise(workload: ResourceRef, container: string): Remedy {
  return patchResources(
    workload,
    { container, limits: { memory: enough } },
    { reason: `${enough} is a small limit that a sandbox and a small program fit into; set what the program needs.` },
  )
}

function askPlatform(view: ClusterView, workload: ResourceRef, event: ClusterEvent): Remedy {
  return escalate(
    view,
    workload,
    `Pod sandboxes cannot be created: ${event.message.slice(0, 200)}`,
    'The fault lies in the nodes or their network plugin.',
    'the platform team',
  )
}
