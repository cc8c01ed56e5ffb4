import { untilAborted } from '#src/util/abort.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import type { RunContext } from '#src/orchestrator/context.ts'
import { gapRecord } from '#src/orchestrator/state.ts'
import type { Step } from '#src/orchestrator/step.ts'

/** Observes the cluster; from the second time on also what findings pointed to. */
export const observeCluster: Step = async (state, run) => {
  const { namespace } = run.incident
  const observed = Object.fromEntries(state.to_observe.map((ref) => [refKey(ref), ref]))
  try {
    const snapshot = await takePicture(run, [...Object.values(state.observed), ...state.to_observe])
    return { observations: 1, observed, to_observe: [], gaps: gapRecord(snapshot.gaps, run.snapshot.redact) }
  } catch (error) {
    if (!run.deadline.aborted || run.signal.aborted) throw error
    const scope = namespace === undefined ? 'the cluster' : `namespace ${namespace}`
    const gap = {
      what: `the state of ${scope}`,
      why: 'the time of the investigation was up',
      needs: 'a faster answer of the cluster',
    }
    return { observations: 1, observed, to_observe: [], gaps: gapRecord([gap], run.snapshot.redact) }
  }
}

/** Observes the cluster, `wider` included, and makes what is seen the run's snapshot. Rejects where it cannot be observed. */
export async function takePicture(run: RunContext, wider: readonly ResourceRef[]): Promise<Snapshot> {
  const { resource, namespace } = run.incident
  const request = { resource, namespace, ...(wider.length > 0 ? { wider: [...wider] } : {}) }
  const snapshot = await untilAborted(run.observe(request, run.deadline), run.deadline)
  await run.snapshot.replace(snapshot)
  return snapshot
}
