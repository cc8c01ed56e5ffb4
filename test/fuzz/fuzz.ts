import { type ApiDescription, buildRequest, type FuzzRequest, operationsOf } from './build-request.ts'
import { judgeResponse } from './judge-response.ts'
import { createRandom } from './random.ts'

/** An input that the service did not answer well. */
export interface FuzzFinding {
  number: number
  why: string
  request: string
}

export interface FuzzResult {
  inputs: number
  statuses: Record<string, number>
  findings: FuzzFinding[]
  slowest_ms: number
}

export interface FuzzPlan {
  url: string
  inputs: number
  seed: number
  /** At the same time. */
  parallel: number
  /** An answer that takes longer is a hang. */
  patience_ms: number
}

const mostFindings = 20
const mostIds = 50

/** Sends inputs to every operation of the service's own description, in turn, and judges every answer. */
export async function fuzz({ url, inputs, seed, parallel, patience_ms }: FuzzPlan): Promise<FuzzResult> {
  const description = (await (await fetch(`${url}/openapi.json`)).json()) as ApiDescription
  const schemas = description.components?.schemas ?? {}
  const operations = operationsOf(description).filter(({ path }) => path !== '/health')
  const result: FuzzResult = { inputs: 0, statuses: {}, findings: [], slowest_ms: 0 }
  const ids: string[] = []
  const one = async (number: number): Promise<void> => {
    const random = createRandom(seed + number)
    const operation = operations[number % operations.length]
    if (!operation) return
    const request = buildRequest(operation, { random, schemas, ids })
    const begun = performance.now()
    const answer = await send(url, request, patience_ms)
    result.slowest_ms = Math.max(result.slowest_ms, performance.now() - begun)
    result.inputs++
    const why = 'why' in answer ? answer.why : judgeResponse(request, answer.response, answer.text)
    const status = 'why' in answer ? 'none' : String(answer.response.status)
    result.statuses[status] = (result.statuses[status] ?? 0) + 1
    if (why !== undefined) result.findings.push({ number, why, request: describe(request) })
    if (!('why' in answer)) keepIds(answer.text, ids)
  }
  let next = 0
  const lane = async () => {
    while (next < inputs && result.findings.length < mostFindings) await one(next++)
  }
  await Promise.all(Array.from({ length: parallel }, lane))
  return result
}

function keepIds(text: string, ids: string[]): void {
  for (const [id] of text.slice(0, 5_000).matchAll(/\b(?:inc|sil|apr|exe)_[\w-]{8,64}/g))
    if (!ids.includes(id)) ids.push(id)
  while (ids.length > mostIds) ids.shift()
}

type Answer = { response: Response; text: string } | { why: string }

async function send(url: string, { path, method, headers, body }: FuzzRequest, patience: number): Promise<Answer> {
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), patience)
  try {
    const init = { method, headers, signal: giveUp.signal, redirect: 'manual' as const }
    const response = await fetch(`${url}${path}`, body === undefined ? init : { ...init, body })
    // A stream goes on as long as its incident: its head is the answer.
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
      await response.body?.cancel()
      return { response, text: '' }
    }
    return { response, text: await response.text() }
  } catch (error) {
    if (giveUp.signal.aborted) return { why: `no answer within ${patience} ms` }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
    return { why: `the connection broke: ${String(error)} ${cause}` }
  } finally {
    clearTimeout(timer)
  }
}

function describe({ method, path, headers, body }: FuzzRequest): string {
  return `${method} ${path.slice(0, 300)} ${JSON.stringify(headers)} ${String(body ?? '').slice(0, 500)}`
}
