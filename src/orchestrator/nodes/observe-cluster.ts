import { setImmediate as nextTick } from 'node:timers/promises'
import { ClusterView } from '../../domain/cluster-view.ts'
import { refKey } from '../../domain/resource-ref.ts'
import { gapRecord } from '../gap-record.ts'
import type { Step } from '../step.ts'
import { untilAborted } from '../until-aborted.ts'

/** Takes the picture of the cluster; on a second look also of what findings pointed to. */
export const observeCluster: Step = async (state, file) => {
  const { resource, namespace } = file.incident
  const wider = [...Object.values(state.looked_at), ...state.look_at]
  const request = { resource, namespace, ...(wider.length > 0 ? { wider } : {}) }
  const looked_at = Object.fromEntries(state.look_at.map((ref) => [refKey(ref), ref]))
  try {
    const snapshot = await untilAborted(file.observe(request, file.deadline), file.deadline)
    file.learnSecrets(snapshot)
    await nextTick()
    file.view = new ClusterView(snapshot)
    return { looks: 1, looked_at, look_at: [], gaps: gapRecord(snapshot.gaps, file.redact) }
  } catch (error) {
    if (!file.deadline.aborted || file.signal.aborted) throw error
    const scope = namespace === undefined ? 'the cluster' : `namespace ${namespace}`
    const gap = {
      what: `the state of ${scope}`,
      why: 'the time of the investigation was up',
      needs: 'a faster answer of the cluster',
    }
    return { looks: 1, looked_at, look_at: [], gaps: gapRecord([gap], file.redact) }
  }
}
