import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { ListAnswer, ReadLimits } from '#src/observation/port.ts'
import { type Subject, describeCut, describeRefusal } from './describe-refusal.ts'
import { type HttpAnswer, type HttpReader, getWithRetries, parseJson } from './http-answer.ts'

/** One collection, read page by page. */
export interface ListCall<T> {
  path: string
  query: Record<string, string | undefined>
  subject: Subject
  limits: ReadLimits
  page_size: number
  project: (raw: unknown) => T | undefined
}

interface Progress<T> {
  items: T[]
  requests: number
  bytes: number
  restarted: boolean
  next?: string
  resource_version?: string
}

/**
 * A list within its bounds. Between pages the event loop goes round once, so that thousands of objects block no other work. An expired
 * continue token restarts the list once. A page that fails after others came leaves what came, marked as cut.
 */
export async function readList<T>(http: HttpReader, call: ListCall<T>, signal: AbortSignal): Promise<ListAnswer<T>> {
  let progress: Progress<T> = { items: [], requests: 0, bytes: 0, restarted: false }
  for (;;) {
    const answer = await getWithRetries(http, pageRequest(call, progress), signal)
    progress.requests++
    if (answer.kind === 'answer' && answer.status === 410 && !progress.restarted) {
      progress = { items: [], requests: progress.requests, bytes: progress.bytes, restarted: true }
      continue
    }
    const page = pageOf(answer)
    if (!page) return broken(call, progress, asProblem(answer))
    progress.bytes += page.bytes
    progress.resource_version ??= page.resource_version
    progress.next = page.next
    for (const raw of page.items) {
      const item = call.project(raw)
      if (item !== undefined) progress.items.push(item)
    }
    const bound = page.next === undefined ? undefined : boundReached(call.limits, progress)
    if (bound) return cut(call, progress, bound.why, bound.needs)
    if (page.next === undefined) return finished(progress)
    await yieldToOthers(undefined, { signal })
  }
}

function pageRequest<T>({ path, query, limits, page_size }: ListCall<T>, progress: Progress<T>) {
  const limit = Math.min(page_size, limits.max_objects - progress.items.length)
  return {
    path,
    query: { ...query, limit, continue: progress.next },
    timeout_ms: limits.timeout_ms,
    max_bytes: Math.max(1, limits.max_bytes - progress.bytes),
  }
}

interface Page {
  items: unknown[]
  bytes: number
  next?: string
  resource_version?: string
}

function pageOf(answer: HttpAnswer): Page | undefined {
  if (answer.kind === 'problem' || answer.status !== 200) return undefined
  const body = parseJson(answer.body) as
    | { items?: unknown; metadata?: { continue?: string; resourceVersion?: string } | null }
    | null
    | undefined
  // A list without items is an answer; anything without even the key is not a list.
  if (typeof body !== 'object' || body === null || !('items' in body)) return undefined
  if (body.items !== null && !Array.isArray(body.items)) return undefined
  return {
    items: body.items ?? [],
    bytes: answer.body.byteLength,
    next: body.metadata?.continue || undefined,
    resource_version: body.metadata?.resourceVersion,
  }
}

function asProblem(answer: HttpAnswer): HttpAnswer {
  if (answer.kind === 'problem' || answer.status !== 200) return answer
  return { kind: 'problem', problem: 'broken', why: 'the answer is not a valid list' }
}

function boundReached<T>(limits: ReadLimits, progress: Progress<T>): { why: string; needs: string } | undefined {
  if (progress.items.length >= limits.max_objects)
    return { why: `more than ${limits.max_objects} objects`, needs: 'a higher bound on objects' }
  if (progress.bytes >= limits.max_bytes)
    return { why: `more than ${limits.max_bytes} bytes`, needs: 'a higher bound on bytes' }
  return undefined
}

function finished<T>({ items, requests, bytes, resource_version }: Progress<T>): ListAnswer<T> {
  return { status: 'ok', items, truncated: false, requests, bytes, resource_version }
}

function cut<T>(call: ListCall<T>, progress: Progress<T>, why: string, needs: string): ListAnswer<T> {
  const { items, requests, bytes, resource_version } = progress
  const gap = describeCut(call.subject, why, needs)
  return { status: 'ok', items, truncated: true, gap, requests, bytes, resource_version }
}

function broken<T>(call: ListCall<T>, progress: Progress<T>, answer: HttpAnswer): ListAnswer<T> {
  const failure = describeRefusal(answer, call.subject)
  return progress.items.length === 0 ? failure : cut(call, progress, failure.gap.why, failure.gap.needs)
}
