import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import type { Decision } from '#src/domain/decision.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { LeaderGraph } from './graph.ts'
import type { RunJournal } from './port.ts'
import { readRecords, type StepRecord } from './run-memory.ts'

/** Where an interrupted run stands, and what its steps found before. */
export interface ResumedRun {
  records: Map<string, StepRecord>
  /** Set where the run had ended and its decision was not stored yet. */
  decision?: Decision
  /** Set where the steps that are left need a picture, which is not stored: what it has to hold beyond the namespace. */
  observe?: ResourceRef[]
}

/**
 * Finds the point from which an interrupted run goes on. The checkpoint alone says which steps are done. Where it does not exist, or
 * where the journal lacks what a finished step found, everything of the run is removed and it starts anew under its old id.
 */
export async function resumeRun(
  graph: LeaderGraph,
  deps: { saver: BaseCheckpointSaver; journal?: RunJournal },
  { run_id, resumes }: { run_id: string; resumes?: boolean },
): Promise<ResumedRun | undefined> {
  if (!resumes) return undefined
  const { values, next } = await graph.getState({ configurable: { thread_id: run_id } })
  const hasStarted = next.length > 0 || values.concluded === true
  const records = hasStarted ? readRecords(await deps.journal?.load(run_id), values.stored_steps) : undefined
  if (records && next.length > 0) {
    const hasPicture = values.observations > 0 && !next.includes('observe')
    return { records, ...(hasPicture ? { observe: Object.values(values.observed) } : {}) }
  }
  const decision = records && [...records.values()].find((record) => record.decision)?.decision
  if (records && decision) return { records, decision }
  await deps.saver.deleteThread(run_id)
  await deps.journal?.forget(run_id)
  return undefined
}
