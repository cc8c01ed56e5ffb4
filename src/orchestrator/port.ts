/**
 * Stores what the steps of a run found, in full: evidence, findings, actions, the decision. The graph's checkpoints name these by id
 * and are the only record of which steps are done.
 */
export interface RunJournal {
  /** Stores what one step found, as JSON text, in one write. A step that runs again replaces what it stored before. */
  save(run_id: string, step: string, found: string): Promise<void>
  /** Everything that is stored of a run, by step; undefined where nothing is. */
  load(run_id: string): Promise<Record<string, string> | undefined>
  forget(run_id: string): Promise<void>
}
