import type { ServiceAddress } from './cli-ports.ts'
import { UsageError } from './options.ts'

/* One request to a service over HTTP. A refusal is a response with a reason; only a broken connection throws. */

/** What a service answered. `body` is undefined where it was no JSON. */
export interface ServiceResponse {
  status: number
  body: unknown
  /** Seconds that the service asks to wait, where it does. */
  retryAfter?: number
}

/** A request to a service. A GET has no body. */
export interface ServiceRequest extends ServiceAddress {
  method: 'GET' | 'POST'
  /** With its query, and encoded. */
  path: string
  body?: unknown
  signal: AbortSignal
  timeoutMs: number
}

const maxBodyBytes = 32 * 2 ** 20

/** Sends a request and reads the response. */
export async function callService(request: ServiceRequest): Promise<ServiceResponse> {
  const { url, method, path, body, signal, timeoutMs } = request
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(method === 'POST' && { 'content-type': 'application/json' }), ...credentialsOf(request) },
    ...(method === 'POST' && { body: JSON.stringify(body) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    redirect: 'error',
  })
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  const answer = await readJson(response)
  return { status: response.status, body: answer, ...(Number.isFinite(retryAfter) && { retryAfter }) }
}

/** A token that no header can hold is refused here, because the error of `fetch` would repeat the token. */
function credentialsOf({ token }: ServiceAddress): Record<string, string> {
  if (!token) return {}
  if (/^[\u0021-\u007e]+$/.test(token)) return { authorization: `Bearer ${token}` }
  throw new UsageError('SRE_AGENT_TOKEN contains a blank or another character that no token has')
}

async function readJson(response: Response): Promise<unknown> {
  if (Number(response.headers.get('content-length') ?? 0) > maxBodyBytes) {
    await response.body?.cancel()
    return undefined
  }
  const text = await response.text()
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed
  } catch {
    return undefined
  }
}

/** Sends a body with POST, to /decide unless `path` says otherwise. */
export function postDecide(
  request: Omit<ServiceRequest, 'method' | 'path'> & { path?: string },
): Promise<ServiceResponse> {
  return callService({ path: '/decide', ...request, method: 'POST' })
}

/** Why a service refused, from its problem document, in one line. */
export function describeRefusal({ status, body }: ServiceResponse): string {
  if (typeof body !== 'object' || body === null) return `HTTP ${status}`
  const parts = ['title', 'detail', 'code'].flatMap((name) => {
    const value = Object.entries(body).find(([key]) => key === name)?.[1]
    return typeof value === 'string' ? [value] : []
  })
  return [`HTTP ${status}`, ...parts].join(': ')
}

/** An error in one line, with the cause that fetch hides. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? error.cause : undefined
  const detail = cause ? cause.message || cause.name : ''
  return detail && !error.message.includes(detail) ? `${error.message}: ${detail}` : error.message
}
