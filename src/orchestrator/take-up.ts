import type { LeaderGraph } from './graph.ts'
import type { InvestigationRequest, InvestigatorDeps } from './investigator-deps.ts'
import { type KeptCase } from './kept-case.ts'
import { readKeptCase } from './read-kept-case.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** Where an interrupted run stands. `look_again`: what of it needs the picture, which is not kept. */
export interface TakenUp {
  kept: KeptCase
  look_again: ResourceRef[] | undefined
}

/**
 * What is left of an interrupted run; undefined where that is not enough to go on from, and then nothing is left of it: the run
 * starts anew under its old id.
 */
export async function resumeRun(
  graph: LeaderGraph,
  deps: Pick<InvestigatorDeps, 'saver' | 'journal'>,
  { run_id, resumes }: InvestigationRequest,
): Promise<TakenUp | undefined> {
  if (!resumes) return undefined
  const kept = readKeptCase(await deps.journal?.load(run_id))
  if (kept?.decision) return { kept, look_again: undefined }
  const state = kept && (await graph.getState({ configurable: { thread_id: run_id } }))
  if (kept && state && state.next.length > 0) {
    const hasPicture = state.values.looks > 0 && !state.next.includes('observe')
    return { kept, look_again: hasPicture ? Object.values(state.values.looked_at) : undefined }
  }
  await deps.saver.deleteThread(run_id)
  await deps.journal?.forget(run_id)
  return undefined
}
