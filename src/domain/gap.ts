import { z } from 'zod'

/**
 * Something that could not be seen where it could change the verdict.
 * `what`: what was not seen ("secrets in namespace payments"); `why`: the failure ("403 Forbidden", "timed out after 5 s");
 * `needs`: what would close it ("list on secrets in namespace payments", "a metrics source").
 */
export const Gap = z.object({ what: z.string(), why: z.string(), needs: z.string() })
export type Gap = z.infer<typeof Gap>
