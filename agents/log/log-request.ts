import { z } from 'zod'

/** Which log one agent of the team wants another to fetch. */
export const LogRequest = z.object({
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  previous: z.boolean(),
  tail_lines: z.number().int().min(1).max(20_000),
  /** The container is ready: only complaints that go on count, of any kind or only those that are its own. */
  ready: z.enum(['any', 'own']).optional(),
  /** True: the whole log is wanted, as a stream, beside what was read of its end. */
  whole: z.boolean().optional(),
})
export type LogRequest = z.infer<typeof LogRequest>
