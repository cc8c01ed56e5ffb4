import { type ApiObject, fieldAt } from './api-object.ts'
import type { ApiRequest } from './api-request.ts'
import { badRequest, notRecorded, type StatusError } from './status.ts'

interface ContainerStatus {
  name: string
  state?: { waiting?: { reason?: string }; running?: { startedAt?: string }; terminated?: { startedAt?: string } }
  lastState?: { terminated?: { startedAt?: string } }
}

function namesAt(pod: ApiObject, path: string): string[] {
  const list = fieldAt(pod, path)
  return Array.isArray(list) ? list.map(({ name }: { name: string }) => name) : []
}

function statusOf(pod: ApiObject, container: string): ContainerStatus | undefined {
  const lists = ['status.containerStatuses', 'status.initContainerStatuses', 'status.ephemeralContainerStatuses']
  return lists
    .flatMap((path) => (fieldAt(pod, path) as ContainerStatus[] | undefined) ?? [])
    .find(({ name }) => name === container)
}

/** The container that is meant; refused as the real server does where none or a wrong one is named. */
export function chooseContainer(pod: ApiObject, asked: string | undefined): string {
  const containers = namesAt(pod, 'spec.containers')
  const initContainers = namesAt(pod, 'spec.initContainers')
  const all = [...containers, ...initContainers, ...namesAt(pod, 'spec.ephemeralContainers')]
  const name = pod.metadata.name
  if (asked !== undefined && asked !== '') {
    if (all.includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${name}`)
  }
  const [only, ...others] = containers
  if (only !== undefined && others.length === 0) return only
  const inits = initContainers.length === 0 ? '' : ` or one of the init containers: [${initContainers.join(' ')}]`
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${inits}`,
  )
}

/** When the instance whose log is read was started. */
export function instanceStart(pod: ApiObject, container: string, previous: boolean): string | undefined {
  const status = statusOf(pod, container)
  if (previous) return status?.lastState?.terminated?.startedAt
  const { running, terminated } = status?.state ?? {}
  return (running ?? terminated ?? status?.lastState?.terminated)?.startedAt
}

/** What a kubelet says of a container that has no log; where it would have had one, that it was not recorded. */
export function explainSilence(request: ApiRequest, pod: ApiObject, container: string, previous: boolean): StatusError {
  const status = statusOf(pod, container)
  const subject = `container "${container}" in pod "${pod.metadata.name}"`
  if (previous && status?.lastState?.terminated === undefined)
    return badRequest(`previous terminated ${subject} not found`)
  const waiting = status?.state?.waiting
  const startedBefore = status?.lastState?.terminated !== undefined
  if (!previous && waiting !== undefined && !startedBefore) {
    const pulling = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'].includes(waiting.reason ?? '')
    const why = pulling ? 'trying and failing to pull image' : (waiting.reason ?? 'ContainerCreating')
    return badRequest(`${subject} is waiting to start: ${why}`)
  }
  return notRecorded(request)
}
