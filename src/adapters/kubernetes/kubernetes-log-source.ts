import type { LogAnswer, LogLine, LogRequest, LogSource } from '#tools/logs/log-source.ts'
import type { LogBatch, LogStreamAnswer, LogStreamRequest, LogStreamSource } from '#tools/logs/log-stream.ts'
import type { ClusterHttp } from './cluster-http.ts'
import { createGate } from './create-gate.ts'
import { describeRefusal } from './describe-refusal.ts'
import { getWithPatience } from './get-with-patience.ts'
import type { HttpAnswer, StreamAnswer } from './http-answer.ts'
import { parseJson } from './parse-json.ts'
import { parseLogText } from './parse-log-text.ts'
import { readLogBatches } from './read-log-batches.ts'

const mostAttempts = 3
/** Streams at a time, over all incidents: each holds a connection for as long as it is read. */
const mostStreams = 5

/** Said with status 200 in place of a log, where the runtime has already removed the container. */
const logIsGone =
  /^(?:\S+ )?(?:unable to retrieve container logs for \S+|failed to (?:try resolving symlinks in path|open log file) .*)$/s
const notStarted = /waiting to start|is not available/
/** The kubelet knows of an end, and of no container any more: an evicted pod, for one. */
const hasEnded = /^container .* is terminated$/
const noPrevious = /^previous terminated container .* not found/

/** Container logs as the kubelet has them. */
export class KubernetesLogSource implements LogSource, LogStreamSource {
  readonly name = 'kubernetes'
  readonly #http: ClusterHttp
  readonly #timeoutMs: number
  readonly #gate = createGate(mostStreams)

  constructor(http: ClusterHttp, timeoutMs: number) {
    this.#http = http
    this.#timeoutMs = timeoutMs
  }

  /**
   * The kubelet fills `limitBytes` from the oldest of the lines asked for, so that the newest are lost when it is reached: then
   * fewer lines are asked for, until they fit.
   */
  async read(request: LogRequest, signal: AbortSignal): Promise<LogAnswer> {
    let tail = Math.max(1, Math.floor(request.tail_lines))
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#fetch(request, tail, signal)
      if (answer.kind === 'problem' || answer.status !== 200) return explain(answer, request)
      const text = answer.body.toString('utf8')
      if (logIsGone.test(text.trimEnd())) return { status: 'empty', why: 'the node no longer holds this log' }
      const isFull = answer.body.byteLength >= request.limit_bytes
      const lines = parseLogText(text, { ends_whole: !isFull })
      if (isFull && lines.length > 1 && attempt < mostAttempts) tail = Math.max(1, Math.floor(lines.length * 0.7))
      else return toAnswer(lines, request, isFull || lines.length >= tail)
    }
  }

  /** The whole log from its oldest line on: without `tailLines` and `limitBytes` the kubelet sends all of it. */
  async stream(request: LogStreamRequest, signal: AbortSignal): Promise<LogStreamAnswer> {
    const opened = Promise.withResolvers<LogStreamAnswer>()
    this.#gate(async () => {
      const call = { path: pathOf(request), query: queryOf(request), timeout_ms: this.#timeoutMs }
      const answer = await this.#http.stream(call, signal)
      if (answer.kind !== 'stream') return opened.resolve(explain(toHttpAnswer(answer), request))
      const ended = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => ended.resolve(), { once: true })
      const batches = readLogBatches(answer.stream, { idle_ms: this.#timeoutMs, signal })
      opened.resolve({ status: 'open', batches: untilEnd(batches, ended.resolve) })
      await ended.promise
    }, signal).catch(opened.reject)
    return opened.promise
  }

  async #fetch(request: LogRequest, tail: number, signal: AbortSignal): Promise<HttpAnswer> {
    const { limit_bytes } = request
    const call = {
      path: pathOf(request),
      query: { ...queryOf(request), tailLines: tail, limitBytes: limit_bytes },
      timeout_ms: this.#timeoutMs,
      max_bytes: limit_bytes,
      on_excess: 'cut' as const,
    }
    return getWithPatience(this.#http, call, signal)
  }
}

async function* untilEnd(batches: AsyncIterable<LogBatch>, onEnd: () => void): AsyncGenerator<LogBatch> {
  try {
    yield* batches
  } finally {
    onEnd()
  }
}

function pathOf({ namespace, pod }: LogStreamRequest): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`
}

function queryOf({ container, previous, since_seconds }: LogStreamRequest) {
  return {
    container,
    previous: previous || undefined,
    timestamps: true,
    sinceSeconds: since_seconds === undefined ? undefined : Math.max(1, Math.ceil(since_seconds)),
  }
}

function toHttpAnswer(answer: Exclude<StreamAnswer, { kind: 'stream' }>): HttpAnswer {
  return answer.kind === 'problem' ? answer : { kind: 'answer', status: answer.status, body: answer.body, cut: false }
}

function toAnswer(lines: LogLine[], request: LogRequest, truncated: boolean): LogAnswer {
  if (lines.length > 0) return { status: 'read', lines, truncated }
  if (request.since_seconds !== undefined)
    return { status: 'empty', why: `nothing was logged in the last ${request.since_seconds} s` }
  return {
    status: 'empty',
    why: request.previous ? 'the previous instance logged nothing' : 'the container has logged nothing',
  }
}

function explain(answer: HttpAnswer, request: LogStreamRequest): Exclude<LogAnswer, { status: 'read' }> {
  const { namespace, pod, container, previous } = request
  const message = answer.kind === 'answer' ? messageOf(answer.body) : ''
  const status = answer.kind === 'answer' ? answer.status : 0
  if (status === 400 && notStarted.test(message)) return { status: 'empty', why: 'the container has not started' }
  if (status === 400 && hasEnded.test(message))
    return { status: 'empty', why: 'the container has ended, and the node no longer holds its log' }
  if (status === 400 && noPrevious.test(message))
    return { status: 'empty', why: 'the container has no previous instance' }
  if (status === 404 && message !== '') return { status: 'empty', why: 'the pod no longer exists' }
  const { gap } = describeRefusal(answer, { verb: 'get', resource: 'pods/log', namespace })
  const what = `${previous ? 'previous ' : ''}log of container ${container} of pod ${pod} in namespace ${namespace}`
  return { status: 'failed', gap: { ...gap, what } }
}

function messageOf(body: Buffer): string {
  const parsed = parseJson(body)
  if (typeof parsed !== 'object' || parsed === null || !('message' in parsed)) return ''
  return typeof parsed.message === 'string' ? parsed.message : ''
}
