import type { Silence } from '../../domain/silence.ts'

/** Where the desk learns what is silenced. */
export interface SilencesInForce {
  /** Those that have begun and have not ended at the moment (ISO); read before every commit, so it must be cheap. */
  inForce(at: string): Promise<readonly Silence[]>
}
