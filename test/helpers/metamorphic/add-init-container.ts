import type { ContainerStatus, Pod } from '#src/domain/kubernetes/objects.ts'
import type { Recording, Retold } from './recording.ts'
import { visitPods } from './visit-pods.ts'

const image = 'registry.mesh.example/init:1.22.3'

/** Every pod starts with an init container: one that ended well, or a sidecar that goes on running beside the others. */
export function addInitContainer(recording: Recording, kind: 'ended' | 'running'): Retold {
  const copy = structuredClone(recording)
  const name = kind === 'ended' ? 'mesh-init' : 'mesh-agent'
  visitPods(copy.snapshot, (spec, status) => {
    const restart = kind === 'running' ? { restartPolicy: 'Always' } : {}
    spec.initContainers = [{ name, image, ...restart }, ...(spec.initContainers ?? [])]
    if (!status?.containerStatuses) return
    const state = stateOf(kind, status)
    const isUp = state?.running !== undefined
    const own: ContainerStatus = { name, image, ready: true, started: isUp, restartCount: 0, state, lastState: {} }
    status.initContainerStatuses = [own, ...(status.initContainerStatuses ?? [])]
  })
  return { recording: copy }
}

function stateOf(kind: 'ended' | 'running', status: NonNullable<Pod['status']>): ContainerStatus['state'] {
  const over = status.phase === 'Succeeded' || status.phase === 'Failed'
  if (kind === 'running' && !over) return { running: { startedAt: status.startTime } }
  const finishedAt = status.startTime
  return { terminated: { exitCode: 0, reason: 'Completed', startedAt: status.startTime, finishedAt } }
}
