import type { ServiceAddress } from './cli-ports.ts'

/* One question to a service over HTTP. A refusal is an answer with a reason; only a broken connection throws. */

/** What a service said. `body` is undefined where it was no JSON. */
export interface DecideResponse {
  status: number
  body: unknown
  /** Seconds that the service asks to wait, where it does. */
  retryAfter?: number
}

export interface DecideRequest extends ServiceAddress {
  body: unknown
  /** Default /decide. */
  path?: string
  signal: AbortSignal
  timeoutMs: number
}

const bodyLimit = 32 * 2 ** 20

/** Puts a question, or hands something in. */
export async function postDecide(request: DecideRequest): Promise<DecideResponse> {
  const { url, path = '/decide', token } = request
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(request.body),
    signal: AbortSignal.any([request.signal, AbortSignal.timeout(request.timeoutMs)]),
    redirect: 'error',
  })
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  const body = await readJson(response)
  return { status: response.status, body, ...(Number.isFinite(retryAfter) && { retryAfter }) }
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
export function describeRefusal({ status, body }: DecideResponse): string {
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
