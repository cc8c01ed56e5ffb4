import { CodedError } from '#src/domain/coded-error.ts'
import type { Caller } from '#src/domain/role.ts'
import type { AuditLog } from '#src/server/port.ts'

/** What a caller does, and to what. */
export interface AuditedAction {
  action: string
  target: string
  detail?: Record<string, unknown>
}

/**
 * Writes an action to the audit log, then carries it out: what cannot be written is not done. A failure of the action becomes an entry
 * of its own, `ACTION.failed`.
 */
export async function audited<T>(
  audit: Pick<AuditLog, 'append'>,
  by: { caller: Caller; trace_id: string },
  { action, target, detail = {} }: AuditedAction,
  work: () => Promise<T>,
): Promise<T> {
  const { name: actor, role } = by.caller
  const append = (named: string, more: Record<string, unknown>) =>
    audit.append({
      at: new Date().toISOString(),
      actor,
      role,
      action: named,
      target,
      detail: more,
      trace_id: by.trace_id,
    })
  await append(action, detail).catch((cause: unknown) => {
    throw new CodedError('SRE_INCIDENTS_STORE_FAILED', 'the audit log cannot be written, so nothing was done', {
      cause,
      retry: true,
    })
  })
  try {
    return await work()
  } catch (error) {
    const code = error instanceof CodedError ? error.code : 'SRE_SERVER_INTERNAL'
    // The failure itself is the answer, also where it cannot be written to the audit log.
    await append(`${action}.failed`, { code }).catch(() => undefined)
    throw error
  }
}
