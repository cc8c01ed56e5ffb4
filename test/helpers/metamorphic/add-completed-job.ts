import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { addObjects } from './add-objects.ts'
import type { Recording, Retold } from './recording.ts'

/** A Job that ended well on its second try, with the pods of both tries. */
export function addCompletedJob(recording: Recording): Retold {
  const { snapshot } = recording
  const before = (seconds: number): string => new Date(Date.parse(snapshot.taken_at) - seconds * 1000).toISOString()
  const meta = (name: string): KubernetesObject['metadata'] => ({
    name,
    namespace: snapshot.namespace,
    uid: `uid-${name}`,
    creationTimestamp: before(7200),
  })
  const spec = { containers: [{ name: 'rebuild', image: 'registry.jobs.example/rebuild:4' }], restartPolicy: 'Never' }
  const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({ type, status: 'True' }))
  const owner = { kind: 'Job', name: 'index-rebuild', uid: 'uid-index-rebuild', controller: true }
  const pod = (name: string, exitCode: number) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...meta(name), ownerReferences: [owner] },
    spec: { ...spec, nodeName: snapshot.objects.Node?.[0]?.metadata.name },
    status: { phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerStatuses: [ended(exitCode, before(7000))] },
  })
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: meta('index-rebuild'),
    spec: { completions: 1, parallelism: 1, backoffLimit: 6, template: { spec } },
    status: { succeeded: 1, failed: 1, startTime: before(7200), completionTime: before(7000), conditions },
  }
  const pods = [pod('index-rebuild-4kqzx', 1), pod('index-rebuild-r8wpn', 0)]
  const logs = { 'index-rebuild-r8wpn__rebuild': ['12034 documents indexed', 'done'] }
  return {
    recording: {
      ...recording,
      snapshot: addObjects(snapshot, [job, ...pods]),
      logs: { ...recording.logs, ...logs },
    },
  }
}

function ended(exitCode: number, finishedAt: string): object {
  const terminated = { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', finishedAt }
  return { name: 'rebuild', ready: false, restartCount: 0, state: { terminated }, lastState: {} }
}
