import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'
import type { Reading } from './reading.ts'
import { runBounded } from '#src/util/bounded.ts'
import { suspectNodes } from './suspect-nodes.ts'

type Read = () => Promise<void>

const mostOfAKind = 10
const apiVersion = /\b([a-z0-9-]+(?:\.[a-z0-9-]+)+)\/(v[0-9][a-z0-9]*)\b/g

/** Objects of the platform that only some incidents turn on: leases of silent nodes, attachments, drivers, and APIs that do not answer. */
export async function readPlatform(reading: Reading): Promise<void> {
  const { concurrency } = reading
  const view = reading.view()
  const leases = leaseReads(reading, view)
  const volumes = volumeReads(reading, view)
  const apis = await apiReads(reading, view)
  await runBounded([...leases, ...volumes, ...apis], concurrency)
}

function leaseReads({ reads }: Reading, view: ClusterView): Read[] {
  const suspects = suspectNodes(view).slice(0, mostOfAKind)
  return suspects.map((node) => () => reads.get('Lease', 'kube-node-lease', node.metadata.name))
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
  return [
    ...attachments,
    ...[...nodes].slice(0, mostOfAKind).map((node) => () => reads.get('CSINode', undefined, node)),
  ]
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
    const blind = (status?.conditions ?? []).filter(
      ({ type, status: value }) => type === 'ScalingActive' && value === 'False',
    )
    if (blind.some(({ message = '' }) => unanswered.test(message))) names.add(metricsApiOf(blind))
  }
  if (names.size === 0 || !(await groups).includes('apiregistration.k8s.io')) return []
  return [...names].slice(0, mostOfAKind).map((name) => () => reads.get('APIService', undefined, name))
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
