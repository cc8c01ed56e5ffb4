import { CredentialsUnavailable } from './credentials-unavailable.ts'
import type { HttpAnswer } from './http-answer.ts'

type Problem = Extract<HttpAnswer, { kind: 'problem' }>

/** What is said of a connection that ended before the server answered. */
export const closedBeforeAnswer = 'the server closed the connection before it answered'

const unreachable: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'the host name of the API server is not known',
  EAI_AGAIN: 'the host name of the API server cannot be resolved',
  EHOSTUNREACH: 'no route to the API server',
  ENETUNREACH: 'no route to the API server',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
}
const closed = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
const certificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|EPROTO/

/**
 * Why a call brought no answer, or only the `head` of one, told by error codes alone: messages of lower layers may quote headers,
 * URLs or bodies.
 */
export function describeNetworkError(error: unknown, timeoutMs: number, during: 'head' | 'body' = 'head'): Problem {
  if (error instanceof CredentialsUnavailable) return { kind: 'problem', problem: 'credentials', why: error.message }
  if (error instanceof Error && error.name === 'TimeoutError')
    return { kind: 'problem', problem: 'timeout', why: `timed out after ${timeoutMs / 1000} s` }
  const code = codeOf(error)
  const known = unreachable[code]
  if (known !== undefined) return { kind: 'problem', problem: 'unreachable', why: `${known} (${code})` }
  if (certificate.test(code))
    return { kind: 'problem', problem: 'unreachable', why: `the TLS connection is not accepted (${code})` }
  if (during === 'body') return { kind: 'problem', problem: 'broken', why: 'the answer broke off in the middle' }
  if (closed.has(code)) return { kind: 'problem', problem: 'broken', why: closedBeforeAnswer }
  return { kind: 'problem', problem: 'broken', why: `the call failed${code === '' ? '' : ` (${code})`}` }
}

function codeOf(error: unknown): string {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++)
    if ('code' in current && typeof current.code === 'string') return current.code
  return ''
}
