import { setImmediate as nextTick } from 'node:timers/promises'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import type { CaseFile } from './case-file.ts'
import { untilAborted } from './until-aborted.ts'

/** Looks at the cluster, `wider` included, and makes what is seen the run's picture. Rejects where it could not be taken. */
export async function takePicture(file: CaseFile, wider: readonly ResourceRef[]): Promise<Snapshot> {
  const { resource, namespace } = file.incident
  const request = { resource, namespace, ...(wider.length > 0 ? { wider: [...wider] } : {}) }
  const snapshot = await untilAborted(file.observe(request, file.deadline), file.deadline)
  file.learnSecrets(snapshot)
  await nextTick()
  file.view = new ClusterView(snapshot)
  return snapshot
}
