import { z } from 'zod'

/**
 * What a caller may do. `reader`: look; `forwarder`: send signals, nothing else; `operator`: look, send, ask, rerun, close,
 * silence, requeue; `approver`: what an operator may, and approve changes; `admin`: everything, the audit log included.
 */
export const Role = z.enum(['reader', 'forwarder', 'operator', 'approver', 'admin'])
export type Role = z.infer<typeof Role>

/** Somebody who calls. `name` is what the audit log shows. */
export interface Caller {
  name: string
  role: Role
}
