import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'

const namedByPeople: ObservedKind[] = [
  'Namespace',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Service',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'PersistentVolumeClaim',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'ResourceQuota',
  'ValidatingWebhookConfiguration',
]
const namedByClusters = /^(?:default|kube-root-ca\.crt|openshift-.*)$/

/** Names that somebody chose for the objects of a picture, longest first. */
export function chosenNames(snapshot: Snapshot): string[] {
  const names = namedByPeople.flatMap((kind) => (snapshot.objects[kind] ?? []).map((object) => object.metadata.name))
  return [...new Set(names)]
    .filter((name) => !namedByClusters.test(name))
    .toSorted((left, right) => right.length - left.length || left.localeCompare(right))
}
