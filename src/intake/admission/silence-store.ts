import type { Silence } from '#src/domain/silence.ts'

/** Where silences are kept. */
export interface SilenceStore {
  add(silence: Silence): Promise<void>
  /** Those that have not ended at `at` (ISO), also ones that have yet to start. */
  current(at: string): Promise<Silence[]>
  /** All, the latest to start first. */
  list(limit: number): Promise<Silence[]>
  /** Ends it at `at` where it has not ended yet. Undefined: there is no such silence. */
  end(id: string, at: string, ended_by: string): Promise<Silence | undefined>
}
