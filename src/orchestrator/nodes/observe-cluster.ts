import { refKey } from '#src/domain/resource-ref.ts'
import { gapRecord } from '#src/orchestrator/gap-record.ts'
import type { Step } from '#src/orchestrator/step.ts'
import { takePicture } from '#src/orchestrator/take-picture.ts'

/** Takes the picture of the cluster; on a second look also of what findings pointed to. */
export const observeCluster: Step = async (state, file) => {
  const { namespace } = file.incident
  const looked_at = Object.fromEntries(state.look_at.map((ref) => [refKey(ref), ref]))
  try {
    const snapshot = await takePicture(file, [...Object.values(state.looked_at), ...state.look_at])
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
