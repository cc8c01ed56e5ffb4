import type { ContainerStatus, Pod } from '#src/domain/kubernetes/objects.ts'
import type { Recording, Retold } from './recording.ts'
import { visitPods } from './visit-pods.ts'

const name = 'mesh-proxy'
const image = 'registry.mesh.example/proxy:1.22.3'

/** Every pod gets a healthy sidecar, as the first or as the last container. */
export function addSidecar(recording: Recording, position: 'first' | 'last'): Retold {
  const copy = structuredClone(recording)
  const add = <T>(list: T[], item: T): number => (position === 'first' ? list.unshift(item) : list.push(item))
  visitPods(copy.snapshot, (spec, status) => {
    add(spec.containers, { name, image })
    const beside = statusBeside(status)
    if (beside && status?.containerStatuses) add(status.containerStatuses, beside)
  })
  for (const pod of copy.snapshot.objects.Pod ?? [])
    if (pod.status?.containerStatuses?.some((each) => each.name === name && each.state?.running))
      copy.logs[`${pod.metadata.name}__${name}`] = ['proxy is listening on 0.0.0.0:15006', 'proxy is ready']
  return { recording: copy }
}

/** As far as its pod got: created with the others, ended with the others, else running. */
function statusBeside(status: Pod['status']): ContainerStatus | undefined {
  const others = status?.containerStatuses ?? []
  const [first] = others
  if (!status || !first) return undefined
  const common = { name, image, ready: false, restartCount: 0, lastState: {} }
  const reasons = others.map((each) => each.state?.waiting?.reason)
  const waiting = reasons.every((reason) => reason === 'ContainerCreating' || reason === 'PodInitializing')
  if (waiting) return { ...common, started: false, state: { waiting: { reason: reasons[0] } } }
  if (status.phase === 'Succeeded' || status.phase === 'Failed')
    return { ...common, state: { terminated: { ...first.state?.terminated, exitCode: 0, reason: 'Completed' } } }
  return { ...common, ready: true, started: true, state: { running: { startedAt: status.startTime } } }
}
