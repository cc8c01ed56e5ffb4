import { createLimiter } from '#src/util/bounded.ts'
import type { LogAnswer, LogLine, LogRequest, LogSource } from '#tools/logs/log-source.ts'
import type { LogBatch, LogStreamAnswer, LogStreamRequest, LogStreamSource } from '#tools/logs/log-stream.ts'
import type { ClusterHttp } from './cluster-http.ts'
import { describeRefusal } from './describe-refusal.ts'
import { type HttpAnswer, type StreamAnswer, describeNetworkError, getWithRetries, parseJson } from './http-answer.ts'

const maxAttempts = 3

/** Streams at a time, over all incidents: each holds a connection for as long as it is read. */
const maxStreams = 5

/** Said with status 200 in place of a log, where the runtime has already removed the container. */
const logIsGone =
  /^(?:\S+ )?(?:unable to retrieve container logs for \S+|failed to (?:try resolving symlinks in path|open log file) .*)$/s

const notStarted = /waiting to start|is not available/

/** The kubelet knows of an end, and of no container any more: an evicted pod, for one. */
const hasEnded = /^container .* is terminated$/

const noPrevious = /^previous terminated container .* not found/

/** How a stream of log text is read. */
interface BatchOptions {
  /** A source that sends nothing for so long has broken off. */
  idle_ms: number
  signal: AbortSignal
}

/** What is held of a line that has not ended yet; what is beyond is counted and let go. */
const maxOpenLineLength = 65_536

const maxLineLength = 8_192

const stamped = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s

const [dash, space, letterT, letterZ] = [45, 32, 84, 90]

/** Cuts text that comes in pieces into lines; holds at most one unfinished line, and of that a bounded part. */
export class LineSplitter {
  #rest = ''

  /** The lines that are whole by now. */
  push(text: string): string[] {
    const lines: string[] = []
    let start = 0
    let end = text.indexOf('\n')
    if (end >= 0 && this.#rest !== '') {
      lines.push(this.#rest + text.slice(0, end))
      this.#rest = ''
      start = end + 1
      end = text.indexOf('\n', start)
    }
    for (; end >= 0; end = text.indexOf('\n', start)) {
      lines.push(text.slice(start, end))
      start = end + 1
    }
    if (this.#rest.length < maxOpenLineLength) this.#rest += text.slice(start, start + maxOpenLineLength)
    return lines
  }

  /** The line that was not ended by a line break, where there is one. */
  end(): string[] {
    const rest = this.#rest
    this.#rest = ''
    return rest === '' ? [] : [rest]
  }
}

/** Container logs as the kubelet has them. */
export class KubernetesLogSource implements LogSource, LogStreamSource {
  readonly name = 'kubernetes'
  readonly #http: ClusterHttp
  readonly #timeoutMs: number
  readonly #limit = createLimiter(maxStreams)

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
      if (isFull && lines.length > 1 && attempt < maxAttempts) tail = Math.max(1, Math.floor(lines.length * 0.7))
      else return toAnswer(lines, request, isFull || lines.length >= tail)
    }
  }

  /** The whole log from its oldest line on: without `tailLines` and `limitBytes` the kubelet sends all of it. */
  async stream(request: LogStreamRequest, signal: AbortSignal): Promise<LogStreamAnswer> {
    const opened = Promise.withResolvers<LogStreamAnswer>()
    this.#limit(async () => {
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
    return getWithRetries(this.#http, call, signal)
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

/**
 * The text of a log with the runtime's stamps, line by line. Very long lines are cut and say so; where the text was cut off, its
 * last line is left out, for half a line says something else than the whole.
 */
export function parseLogText(text: string, { ends_whole }: { ends_whole: boolean }): LogLine[] {
  const lines = text.split('\n')
  const last = lines.pop()
  if (last !== undefined && last !== '' && (ends_whole || lines.length === 0)) lines.push(last)
  return lines.map(parseLogLine)
}

/**
 * A log's text as whole lines, piece by piece as it comes; the next piece is asked for when the last one was taken. Throws the
 * signal's reason on abort, else an error with a plain reason where the stream breaks: the half line at the break is left out.
 */
export async function* readLogBatches(
  stream: ReadableStream<Uint8Array>,
  { idle_ms, signal }: BatchOptions,
): AsyncGenerator<LogBatch> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  const splitter = new LineSplitter()
  try {
    for (;;) {
      const { done, value } = await readInTime(reader, idle_ms, signal)
      if (done) break
      const lines = splitter.push(decoder.decode(value, { stream: true })).map(parseLogLine)
      yield { lines, bytes: value.byteLength }
    }
    const last = [...splitter.push(decoder.decode()), ...splitter.end()]
    if (last.length > 0) yield { lines: last.map(parseLogLine), bytes: 0 }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function readInTime(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  idleMs: number,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof reader.read>>> {
  signal.throwIfAborted()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`nothing came for ${idleMs / 1000} s`)), idleMs)
  const onAbort = (): void => late.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([reader.read().catch(toBreak), late.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }

  function toBreak(error: unknown): never {
    signal.throwIfAborted()
    throw new Error(describeNetworkError(error, idleMs, 'body').why)
  }
}

/** One line with the runtime's stamp taken off it. A very long one is cut and says so. */
export function parseLogLine(line: string): LogLine {
  const end = stampEnd(line)
  if (end > 0) return { time: line.slice(0, end), text: whole(line.slice(end + 1)) }
  const [, time, rest] = stamped.exec(line) ?? []
  return time === undefined ? { text: whole(line) } : { time, text: whole(rest ?? '') }
}

/** Where a stamp in UTC ends, by far the most common one; 0 where it has to be looked at closely. */
function stampEnd(line: string): number {
  if (line.charCodeAt(4) !== dash || line.charCodeAt(10) !== letterT) return 0
  const end = line.indexOf(' ', 19)
  if (end < 20 || end > 32 || line.charCodeAt(end - 1) !== letterZ || line.charCodeAt(end) !== space) return 0
  for (let at = 0; at < end - 1; at++) {
    const code = line.charCodeAt(at)
    // Digits, and what stands between them: - . / :
    if (at !== 10 && (code < dash || code > 58)) return 0
  }
  return end
}

function whole(text: string): string {
  const plain = text.endsWith('\r') ? text.slice(0, -1) : text
  return plain.length <= maxLineLength ? plain : `${plain.slice(0, maxLineLength)} [cut, ${plain.length} characters]`
}
