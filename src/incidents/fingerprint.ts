import { createHash } from 'node:crypto'
import type { ResourceRef } from '../domain/resource-ref.ts'
import type { Signal } from '../domain/signal.ts'

/** Reasons that are told about the same trouble, by the part of a pod's life that they belong to. */
const families: Record<string, readonly string[]> = {
  container: ['BackOff', 'CrashLoopBackOff', 'Failed', 'Unhealthy', 'Killing', 'OOMKilled', 'OOMKilling', 'Error'],
  image: ['ErrImagePull', 'ImagePullBackOff', 'InspectFailed', 'ErrImageNeverPull'],
  scheduling: ['FailedScheduling', 'Unschedulable', 'NotTriggerScaleUp'],
  volume: ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume', 'ProvisioningFailed', 'FailedBinding'],
  creation: ['FailedCreate', 'ReplicaFailure', 'FailedCreatePodSandBox'],
}
const familyOf = new Map(
  Object.entries(families).flatMap(([family, reasons]) => reasons.map((reason) => [reason, family])),
)

/** The same for signals that tell of one problem: namespace, topmost resource, family of the reason; a question's own words count. */
export function fingerprint(signal: Signal): string {
  const { kind, namespace, name } = topResource(signal.resource)
  const reason = signal.reason ? (familyOf.get(signal.reason) ?? signal.reason) : ''
  const words = signal.source === 'question' ? (signal.message ?? '').toLowerCase().replaceAll(/\s+/g, ' ').trim() : ''
  const parts = [signal.namespace ?? '', kind, namespace ?? '', name, reason, words]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

const suffix = '[bcdfghjklmnpqrstvwxz2456789]'
const deploymentPod = new RegExp(`^(.+)-${suffix}{6,10}-${suffix}{5}$`)
const deploymentReplicaSet = new RegExp(`^(.+)-${suffix}{6,10}$`)

/** Pods and ReplicaSets of a Deployment bear generated names; their incident is the Deployment's. */
function topResource(resource: ResourceRef): ResourceRef {
  const patterns: Record<string, RegExp> = { Pod: deploymentPod, ReplicaSet: deploymentReplicaSet }
  const name = patterns[resource.kind]?.exec(resource.name)?.[1]
  return name ? { ...resource, kind: 'Deployment', name } : resource
}
