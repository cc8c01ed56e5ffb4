import type { ServiceAddress } from './cli-ports.ts'
import { UsageError } from './usage-error.ts'

/* One request to a service over HTTP. A refusal is an answer with a reason; only a broken connection throws. */

/** What a service said. `body` is undefined where it was no JSON. */
export interface ServiceResponse {
  status: number
  body: unknown
  /** Seconds that the service asks to wait, where it does. */
  retryAfter?: number
}

/** What is asked of a service. A GET has no body. */
export interface ServiceRequest extends ServiceAddress {
  method: 'GET' | 'POST'
  /** With its query, and encoded. */
  path: string
  body?: unknown
  signal: AbortSignal
  timeoutMs: number
}

const bodyLimit = 32 * 2 ** 20

/** Asks, and reads the answer. */
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
  const said = await readJson(response)
  return { status: response.status, body: said, ...(Number.isFinite(retryAfter) && { retryAfter }) }
}

/** What no header can hold is refused here: `fetch` would say so in words that repeat the token. */
function credentialsOf({ token }: ServiceAddress): Record<string, string> {
  if (!token) return {}
  if (/^[\u0021-\u007e]+$/.test(token)) return { authorization: `Bearer ${token}` }
  throw new UsageError('SRE_AGENT_TOKEN holds a blank or another character that no token has')
}

async function readJson(response: Response): Promise<unknown> {
  if (Number(response.headers.get('content-length') ?? 0) > bodyLimit) {
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

/** Why a service refused, from its problem document, in one line. */
export function describeRefusal({ status, body }: ServiceResponse): string {
  if (typeof body !== 'object' || body === null) return `HTTP ${status}`
  const said = ['title', 'detail', 'code'].flatMap((name) => {
    const value = Object.entries(body).find(([key]) => key === name)?.[1]
    return typeof value === 'string' ? [value] : []
  })
  return [`HTTP ${status}`, ...said].join(': ')
}

/** An error in one line, with the cause that fetch hides. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? error.cause : undefined
  const detail = cause ? cause.message || cause.name : ''
  return detail && !error.message.includes(detail) ? `${error.message}: ${detail}` : error.message
}
