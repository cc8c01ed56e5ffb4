import { type ApiObject, fieldAt } from './api-object.ts'
import { type Answer, textAnswer } from './answer.ts'
import type { ApiRequest } from './api-request.ts'
import { timeOfLine } from './clock-shift.ts'
import type { Cluster } from './cluster.ts'
import { chooseContainer, explainSilence, instanceStart } from './log-container.ts'
import { type LogOptions, parseLogOptions } from './log-options.ts'
import { failure, type StatusError } from './status.ts'
import { streamLog } from './stream-log.ts'

interface TimedLine {
  text: string
  ms: number
}

const codes: Record<string, number> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  InternalError: 500,
  ServiceUnavailable: 503,
}

/** `Error from server (BadRequest): ...`, as a recording keeps it, back into the Status that it came from. */
function recordedError(text: string): StatusError {
  const [, reason = 'BadRequest', message = text.trim()] =
    /^Error from server(?: \((\w+)\))?: ([^]*?)\s*$/.exec(text) ?? []
  return failure(codes[reason] ?? 500, reason, message)
}

function splitLines(text: string, start: number): TimedLine[] {
  if (text === '') return []
  let ms = start
  const lines = text.replace(/\n$/, '').split('\n')
  return lines.map((line) => {
    ms = timeOfLine(line, start) ?? ms
    return { text: line, ms }
  })
}

/** The stamp that the runtime writes before a line: nanoseconds, and no two lines alike. */
function stamp(ms: number, index: number): string {
  const nanoseconds = String((index * 1_013 + 468_491) % 1_000_000).padStart(6, '0')
  return `${new Date(ms).toISOString().slice(0, -1)}${nanoseconds}Z`
}

function select(lines: TimedLine[], options: LogOptions, now: number): string {
  const since = options.since_ms ?? (options.since_seconds === undefined ? 0 : now - options.since_seconds * 1000)
  const recent = since === 0 ? lines : lines.filter(({ ms }) => ms >= since)
  const tail = options.tail_lines === undefined ? recent : recent.slice(Math.max(0, recent.length - options.tail_lines))
  return tail.map(({ text, ms }, index) => `${options.timestamps ? `${stamp(ms, index)} ` : ''}${text}\n`).join('')
}

/** Answers a log request from the recording; `follow` gets what is there, and then the stream ends. */
export function answerLog(request: ApiRequest, pod: ApiObject, cluster: Cluster): Answer {
  const options = parseLogOptions(request)
  const container = chooseContainer(pod, options.container)
  const namespace = pod.metadata.namespace ?? ''
  const recording = cluster.readLog(namespace, pod.metadata.name, container, options.previous)
  if (recording === undefined) {
    if (fieldAt(pod, 'spec.nodeName') === undefined) return textAnswer(200, '', 'text/plain')
    throw explainSilence(request, pod, container, options.previous)
  }
  if ('error' in recording) throw recordedError(recording.error)
  if ('generated' in recording)
    return { ...textAnswer(200, '', 'text/plain'), pieces: streamLog(recording.generated, options, Date.now()) }
  const start = Date.parse(instanceStart(pod, container, options.previous) ?? pod.metadata.creationTimestamp ?? '')
  const text = select(splitLines(recording.text, Number.isNaN(start) ? Date.now() : start), options, Date.now())
  const answer = textAnswer(200, text, 'text/plain')
  if (options.limit_bytes !== undefined) answer.body = answer.body.subarray(0, options.limit_bytes)
  return answer
}
