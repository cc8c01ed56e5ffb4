import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'
import { runBounded } from '#src/util/bounded.ts'
import type { Reading } from './bounded-reads.ts'

type Read = () => Promise<void>

const maxPerKind = 10
const apiVersion = /\b([a-z0-9-]+(?:\.[a-z0-9-]+)+)\/(v[0-9][a-z0-9]*)\b/g

/** Reads objects of the platform that only some incidents depend on: leases of silent nodes, attachments, drivers, and APIs that do not answer. */
export async function readPlatform(reading: Reading): Promise<void> {
  const { concurrency } = reading
  const view = reading.view()
  const leases = leaseReads(reading, view)
  const volumes = volumeReads(reading, view)
  const apis = await apiReads(reading, view)
  await runBounded([...leases, ...volumes, ...apis], concurrency)
}

function leaseReads({ reads }: Reading, view: ClusterView): Read[] {
  const unhealthyWorkloads = nodesInDoubt(view).slice(0, maxPerKind)
  return unhealthyWorkloads.map((node) => () => reads.get('Lease', 'kube-node-lease', node.metadata.name))
}

function volumeReads({ reads }: Reading, view: ClusterView): Read[] {
  const failed = view.snapshot.events.filter((event) => /^Failed(AttachVolume|Mount|MapVolume)$/.test(event.reason))
  const volumes = new Set(view.list('PersistentVolumeClaim').flatMap(({ spec }) => spec.volumeName ?? []))
  const attachments = failed.some((event) => event.reason === 'FailedAttachVolume')
    ? [
        () =>
          reads.list('VolumeAttachment', undefined, {}, (object) => {
            const { source } = (object as { spec?: { source?: { persistentVolumeName?: string } } }).spec ?? {}
            return volumes.has(source?.persistentVolumeName ?? '')
          }),
      ]
    : []
  const nodes = new Set(failed.flatMap((event) => (lacksDriver(event) ? nodeOf(view, event) : [])))
  return [...attachments, ...[...nodes].slice(0, maxPerKind).map((node) => () => reads.get('CSINode', undefined, node))]
}

function lacksDriver({ message }: ClusterEvent): boolean {
  return /driver name \S+ not found in the list of registered CSI drivers/.test(message)
}

function nodeOf(view: ClusterView, { regarding }: ClusterEvent): string[] {
  const node = view.get('Pod', regarding.namespace, regarding.name)?.spec.nodeName
  return node ? [node] : []
}

/** The APIs that a namespace's deletion or an autoscaler waits for, by the name of their registration. */
async function apiReads({ reads, groups }: Reading, view: ClusterView): Promise<Read[]> {
  const names = new Set<string>()
  for (const { status } of view.list('Namespace')) for (const name of namedApis(status?.conditions)) names.add(name)
  for (const { status } of view.list('HorizontalPodAutoscaler')) {
    const inactive = (status?.conditions ?? []).filter(
      ({ type, status: value }) => type === 'ScalingActive' && value === 'False',
    )
    if (inactive.some(({ message = '' }) => unanswered.test(message))) names.add(metricsApiOf(inactive))
  }
  if (names.size === 0 || !(await groups).includes('apiregistration.k8s.io')) return []
  return [...names].slice(0, maxPerKind).map((name) => () => reads.get('APIService', undefined, name))
}

const unanswered = /could not find the requested resource|server is currently unable|no matches for|metrics API/i

function metricsApiOf(conditions: readonly Condition[]): string {
  const text = conditions.map(({ reason, message }) => `${reason} ${message}`).join(' ')
  if (/FailedGetExternalMetric|external\.metrics/.test(text)) return 'v1beta1.external.metrics.k8s.io'
  if (/FailedGet(Pods|Object)Metric|custom\.metrics/.test(text)) return 'v1beta1.custom.metrics.k8s.io'
  return 'v1beta1.metrics.k8s.io'
}

function namedApis(conditions: readonly Condition[] | undefined): string[] {
  const messages = (conditions ?? []).filter(({ type }) => type === 'NamespaceDeletionDiscoveryFailure')
  return messages.flatMap(({ message = '' }) =>
    [...message.matchAll(apiVersion)].map(([, group, version]) => `${version}.${group}`),
  )
}

/** A kubelet writes its conditions at least every five minutes. */
const freshMs = 6 * 60_000
const maxSilenceMs = 15 * 60_000
const maxSkewMs = 2 * 60_000

/**
 * Nodes that are not ready, or whose kubelet has written nothing for long while others have. Where no node matches the clock of the
 * snapshot, that clock is wrong, and leases would not help.
 */
export function nodesInDoubt(view: ClusterView): Node[] {
  const nodes = view.list('Node').flatMap((node) => {
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')
    return ready ? [{ node, ready, silence: silenceOf(view, ready) }] : []
  })
  const isClockRight = nodes.some(({ silence }) => silence !== undefined && silence > -maxSkewMs && silence < freshMs)
  return nodes
    .filter(({ ready, silence = 0 }) => ready.status !== 'True' || (isClockRight && silence >= maxSilenceMs))
    .map(({ node }) => node)
}

function silenceOf(view: ClusterView, { lastHeartbeatTime }: Condition): number | undefined {
  return view.ageOf(lastHeartbeatTime)
}
