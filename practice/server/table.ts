import { type ApiObject, fieldAt } from './api.ts'

/** A column of `kubectl get`. */
export interface Column {
  name: string
  type: string
  value: (object: ApiObject) => string | number
}

const text = (object: ApiObject, path: string, fallback = '<none>'): string => {
  const value = fieldAt(object, path)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : fallback
}
const count = (object: ApiObject, path: string): number => Number(text(object, path, '0'))

interface ContainerStatus {
  ready?: boolean
  restartCount?: number
  state?: { waiting?: { reason?: string }; terminated?: { reason?: string; exitCode?: number } }
}

function statusesOf(pod: ApiObject, path: string): ContainerStatus[] {
  const statuses = fieldAt(pod, path)
  return Array.isArray(statuses) ? (statuses as ContainerStatus[]) : []
}

function troubleOf({ state }: ContainerStatus): string | undefined {
  if (state?.waiting?.reason !== undefined) return state.waiting.reason
  if (state?.terminated === undefined) return undefined
  return state.terminated.reason ?? `ExitCode:${state.terminated.exitCode ?? 0}`
}

function podStatus(pod: ApiObject): string {
  if (pod.metadata['deletionTimestamp'] !== undefined) return 'Terminating'
  const waitingInit = statusesOf(pod, 'status.initContainerStatuses')
    .map(troubleOf)
    .find((reason) => reason !== undefined && reason !== 'Completed')
  if (waitingInit !== undefined) return `Init:${waitingInit}`
  const trouble = statusesOf(pod, 'status.containerStatuses')
    .map(troubleOf)
    .findLast((reason) => reason !== undefined)
  return trouble ?? text(pod, 'status.reason', text(pod, 'status.phase', 'Unknown'))
}

function podReady(pod: ApiObject): string {
  const containers = fieldAt(pod, 'spec.containers')
  const ready = statusesOf(pod, 'status.containerStatuses').filter((status) => status.ready === true).length
  return `${ready}/${Array.isArray(containers) ? containers.length : 0}`
}

function podRestarts(pod: ApiObject): number {
  return statusesOf(pod, 'status.containerStatuses').reduce((sum, status) => sum + (status.restartCount ?? 0), 0)
}

function nodeStatus(node: ApiObject): string {
  const conditions = fieldAt(node, 'status.conditions')
  const ready = Array.isArray(conditions)
    ? (conditions as { type: string; status: string }[]).find(({ type }) => type === 'Ready')
    : undefined
  const state = ready?.status === 'True' ? 'Ready' : 'NotReady'
  return fieldAt(node, 'spec.unschedulable') === true ? `${state},SchedulingDisabled` : state
}

function servicePorts(service: ApiObject): string {
  const ports = fieldAt(service, 'spec.ports')
  if (!Array.isArray(ports)) return '<none>'
  return (ports as { port: number; protocol?: string }[])
    .map(({ port, protocol }) => `${port}/${protocol ?? 'TCP'}`)
    .join(',')
}

/** How long ago, as kubectl writes it. */
function ageOf(time: unknown, now = Date.now()): string {
  const seconds = Math.floor((now - Date.parse(String(time))) / 1000)
  if (!Number.isFinite(seconds)) return '<unknown>'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`
  if (minutes < 180) return `${minutes}m`
  return minutes < 2_880 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1_440)}d`
}

const from = (name: string, path: string, type = 'string'): Column => ({
  name,
  type,
  value: (object) => (type === 'integer' ? count(object, path) : text(object, path)),
})
const readyOf = (total: string): Column => ({
  name: 'Ready',
  type: 'string',
  value: (object) => `${count(object, 'status.readyReplicas')}/${count(object, total)}`,
})

/** Columns between NAME and AGE, by kind; kinds that are missing have none. */
const columnsByKind: Record<string, Column[]> = {
  Pod: [
    { name: 'Ready', type: 'string', value: podReady },
    { name: 'Status', type: 'string', value: podStatus },
    { name: 'Restarts', type: 'integer', value: podRestarts },
  ],
  Deployment: [
    readyOf('spec.replicas'),
    from('Up-to-date', 'status.updatedReplicas', 'integer'),
    from('Available', 'status.availableReplicas', 'integer'),
  ],
  ReplicaSet: [
    from('Desired', 'spec.replicas', 'integer'),
    from('Current', 'status.replicas', 'integer'),
    from('Ready', 'status.readyReplicas', 'integer'),
  ],
  StatefulSet: [readyOf('spec.replicas')],
  DaemonSet: [
    from('Desired', 'status.desiredNumberScheduled', 'integer'),
    from('Ready', 'status.numberReady', 'integer'),
  ],
  Job: [from('Succeeded', 'status.succeeded', 'integer'), from('Failed', 'status.failed', 'integer')],
  CronJob: [from('Schedule', 'spec.schedule'), from('Suspend', 'spec.suspend')],
  Service: [
    from('Type', 'spec.type'),
    from('Cluster-IP', 'spec.clusterIP'),
    { name: 'Port(s)', type: 'string', value: servicePorts },
  ],
  Node: [{ name: 'Status', type: 'string', value: nodeStatus }, from('Version', 'status.nodeInfo.kubeletVersion')],
  PersistentVolumeClaim: [from('Status', 'status.phase'), from('StorageClass', 'spec.storageClassName')],
  Namespace: [from('Status', 'status.phase')],
}

/** Columns of events, which have neither name nor age in front. */
const eventColumns: Column[] = [
  {
    name: 'Last Seen',
    type: 'string',
    value: (event) => ageOf(event['lastTimestamp'] ?? event['eventTime'] ?? event.metadata.creationTimestamp),
  },
  from('Type', 'type'),
  from('Reason', 'reason'),
  {
    name: 'Object',
    type: 'string',
    value: (event) =>
      `${text(event, 'involvedObject.kind', '').toLowerCase()}/${text(event, 'involvedObject.name', '')}`,
  },
  from('Message', 'message'),
]

function columnsOf(kind: string, group: string): Column[] {
  if (kind === 'Event' && group === '') return eventColumns
  return [
    { name: 'Name', type: 'string', value: ({ metadata }) => metadata.name },
    ...(columnsByKind[kind] ?? []),
    { name: 'Age', type: 'string', value: ({ metadata }) => ageOf(metadata.creationTimestamp) },
  ]
}

/** Objects as the table that `kubectl get` asks for. */
export function renderTable(
  objects: ApiObject[],
  { kind, group }: { kind: string; group: string },
  metadata: Record<string, unknown>,
): string {
  const columns = columnsOf(kind, group)
  const rows = objects.map((object) => ({
    cells: columns.map(({ value }) => value(object)),
    object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
  }))
  const columnDefinitions = columns.map(({ name, type }) => ({
    name,
    type,
    format: name === 'Name' ? 'name' : '',
    description: '',
    priority: 0,
  }))
  return JSON.stringify({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions, rows })
}

/** Whether the Accept header puts a table first, in the version that is served. */
export function wantsTable(accept: string | undefined): boolean {
  const [first = ''] = (accept ?? '').split(',')
  return first.includes('as=Table') && first.includes('g=meta.k8s.io') && first.includes('v=v1')
}
