import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { ContainerPort, Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { listNames } from '#src/rules/kit/names.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { patchService } from '#src/rules/kit/actions.ts'

export const foreignPodsMechanisms = {
  service_selects_foreign_pods: {
    title: 'a service selects pods of another workload',
    category: 'network',
    role: 'cause',
    layer: 'workload',
    detected:
      'A Service also selects pods of another workload that declare ports, but none that it sends to; or that declare none at all, where a caller is refused.',
    from: ['Service `.spec.selector` and `.spec.ports`', 'labels and declared ports of pods'],
    suggests: ['patch_service'],
    limits: 'Foreign pods that declare the same port cannot be distinguished from a canary.',
  },
} as const satisfies Declarations

/**
 * A selector so wide that it also finds pods of another workload, which do not serve the target port: some requests fail. Two
 * workloads that both serve it (a canary beside the stable one) are meant. Pods that declare no port at all may serve it still:
 * that is noted, and counts where the log of a caller blames the service.
 */
export function foreignPods(view: ClusterView, service: Service, pods: Pod[]): FindingDraft[] {
  const groups = [...Map.groupBy(pods, (pod) => refKey(view.workloadOf(pod))).values()]
  const declaring = groups.filter(([pod]) => pod && portsOf(pod).length > 0)
  const served = declaring.find(([pod]) => pod && serves(service, pod))?.[0]
  const other = declaring.find(([pod]) => pod && !serves(service, pod))?.[0]
  const stranger = other ?? groups.find(([pod]) => pod && portsOf(pod).length === 0)?.[0]
  if (!served || !stranger) return []
  const own = view.workloadOf(served)
  const foreign = view.workloadOf(stranger)
  const narrower = distinguishing(service, served, stranger)
  const { name } = service.metadata
  const selector = Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}=${value}`)
  return [
    draftFinding({
      mechanism: 'service_selects_foreign_pods',
      resource: refOf(service),
      severity: other ? 'medium' : 'info',
      confidence: other ? 0.8 : 0.7,
      confidence_reason: other
        ? 'the other pods declare ports, but not the one that the service sends to'
        : 'the other pods declare no port, while those of the service declare the one that it sends to',
      statement: `Service ${name} selects ${listNames(selector)}, which ${foreign.kind} ${foreign.name} has as well as ${own.kind} ${own.name}; its pods ${other ? 'do not serve' : 'declare no port, let alone'} the target port, so part of the requests fail`,
      evidence: [
        objectEvidence(view.snapshot, service, '.spec.selector', `Service ${name} selects ${listNames(selector)}`),
        objectEvidence(
          view.snapshot,
          stranger,
          '.metadata.labels',
          `Pod ${stranger.metadata.name} has these labels too`,
          'workload_text',
        ),
      ],
      remedies: narrower
        ? [
            patchService(
              refOf(service),
              { selector: narrower },
              { reason: `only ${own.kind} ${own.name} has the added label` },
            ),
          ]
        : [],
    }),
  ]
}

function portsOf(pod: Pod): ContainerPort[] {
  return pod.spec.containers.flatMap((container) => container.ports ?? [])
}

function serves(service: Service, pod: Pod): boolean {
  return (service.spec.ports ?? []).some((port) => {
    const target = port.targetPort ?? port.port
    return portsOf(pod).some((each) => each.name === target || each.containerPort === target)
  })
}

/** The selector with one more label that the right pods have and the others do not; marks of controllers do not last. */
function distinguishing(service: Service, own: Pod, foreign: Pod): Record<string, string> | undefined {
  const labels = Object.entries(own.metadata.labels ?? {})
  const extra = labels.find(
    ([key, value]) => !/hash|pod-name|pod-index/.test(key) && foreign.metadata.labels?.[key] !== value,
  )
  return extra && { ...service.spec.selector, [extra[0]]: extra[1] }
}
