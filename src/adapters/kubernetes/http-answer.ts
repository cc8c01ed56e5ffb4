import { setTimeout as pause } from 'node:timers/promises'

/** One GET. `max_bytes` bounds the decoded body; `on_excess` says whether more is a failure or simply left out. */
export interface HttpRequest {
  path: string
  query?: Record<string, string | number | boolean | undefined>
  timeout_ms: number
  max_bytes: number
  on_excess?: 'fail' | 'cut'
}

/** An answer of the server, of any status, or why there was none. Never carries headers or credentials. */
export type HttpAnswer =
  | { kind: 'answer'; status: number; body: Buffer; cut: boolean; retry_after_ms?: number }
  | { kind: 'problem'; problem: 'unreachable' | 'timeout' | 'broken' | 'too_large' | 'credentials'; why: string }

/** An open stream of a watch or a log, or why there is none; a refusal's body is bounded. */
export type StreamAnswer =
  | { kind: 'stream'; stream: ReadableStream<Uint8Array> }
  | { kind: 'refused'; status: number; body: Buffer; retry_after_ms?: number }
  | Extract<HttpAnswer, { kind: 'problem' }>

/** The part of the way to the server that bounded reads need. Throws only on abort. */
export interface HttpReader {
  get(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

/** Thrown where an exec or OIDC plugin gives no credentials. Says nothing of what it printed. */
export class CredentialsUnavailable extends Error {
  constructor() {
    super('the credentials could not be obtained')
    this.name = 'CredentialsUnavailable'
  }
}

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
 * Why a call brought no answer, or only the `head` of one, from error codes only: messages of lower layers may quote headers,
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

const maxRetries = 2
const maxPauseMs = 2_000
const defaultPauseMs = 200

/** A GET that waits as long as a busy server (429, or 503 with a Retry-After) requests, twice at most and never longer than two seconds. */
export async function getWithRetries(http: HttpReader, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  for (let retry = 0; ; retry++) {
    const answer = await http.get(request, signal)
    if (answer.kind === 'problem' || retry === maxRetries || !isBusy(answer)) return answer
    const asked = answer.retry_after_ms ?? defaultPauseMs
    if (asked > maxPauseMs) return answer
    await pause(asked, undefined, { signal })
  }
}

function isBusy(answer: Extract<HttpAnswer, { kind: 'answer' }>): boolean {
  return answer.status === 429 || (answer.status === 503 && answer.retry_after_ms !== undefined)
}

/** The value of a JSON body; undefined where it is not JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
