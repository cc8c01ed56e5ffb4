/**
 * What a run has found so far, kept beside the graph's checkpoints so that another replica can go on from there: the checkpoint has
 * ids and summaries, this has the bodies (facts, findings, what to ask). The picture itself is not kept: it is taken anew.
 */
export interface RunJournal {
  /** Replaces what was kept of the parts that are named; each is a JSON text. */
  save(run_id: string, parts: Readonly<Record<string, string>>): Promise<void>
  /** All parts; undefined where nothing is kept of the run. */
  load(run_id: string): Promise<Record<string, string> | undefined>
  forget(run_id: string): Promise<void>
}
