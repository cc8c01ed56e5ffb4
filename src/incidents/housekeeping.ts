/** What keeps the store from growing without bound. Each call does at most `limit` and answers how many: zero means that all is done. */
export interface Housekeeping {
  /** Takes the words out of evidence and signals from before `before` (ISO): what was concluded, and from what, stays. */
  trim(before: string, limit: number): Promise<number>
  /** Forgets checkpoints and journals of runs that have ended. */
  forgetThreads(limit: number): Promise<number>
}
