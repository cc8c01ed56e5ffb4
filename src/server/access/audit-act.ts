import type { Request, Response } from 'express'
import { CodedError } from '#src/domain/coded-error.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'
import { traceIdOfResponse } from '#src/server/trace.ts'
import { callerOf } from './request-caller.ts'

/** What somebody does to what. */
interface Act {
  action: string
  target: string
  detail?: Record<string, unknown>
}

/**
 * Does what somebody asked for, after the audit log has it: nothing happens that the log does not tell of, and where it cannot be
 * written, nothing happens. What fails then is told by an entry of its own, `ACTION.failed`.
 */
export async function auditAct<T>(
  audit: ServerDeps['audit'],
  { request, response }: { request: Request; response: Response },
  { action, target, detail = {} }: Act,
  work: () => Promise<T>,
): Promise<T> {
  const { name: actor, role } = callerOf(request)
  const trace_id = traceIdOfResponse(response)
  const append = (named: string, more: Record<string, unknown>) =>
    audit.append({ at: new Date().toISOString(), actor, role, action: named, target, detail: more, trace_id })
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
    // The failure itself is the answer, also where its note cannot be written any more.
    await append(`${action}.failed`, { code }).catch(() => undefined)
    throw error
  }
}
