import { type ApiObject, type ApiRequest, fieldAt } from './api.ts'
import { type Answer, badRequest, failure, notRecorded, type StatusError, textAnswer } from './answer.ts'
import { timeOfLine } from './clock-shift.ts'
import type { Cluster } from './cluster.ts'
import type { GeneratedLog } from './generated-log.ts'

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

const pieceSize = 65_536

/** What of a log is wanted. */
interface LogOptions {
  container?: string
  previous: boolean
  timestamps: boolean
  tail_lines?: number
  since_seconds?: number
  since_ms?: number
  limit_bytes?: number
}

interface ContainerStatus {
  name: string
  state?: { waiting?: { reason?: string }; running?: { startedAt?: string }; terminated?: { startedAt?: string } }
  lastState?: { terminated?: { startedAt?: string } }
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
function runtimeStamp(ms: number, index: number): string {
  const nanoseconds = String((index * 1_013 + 468_491) % 1_000_000).padStart(6, '0')
  return `${new Date(ms).toISOString().slice(0, -1)}${nanoseconds}Z`
}

function select(lines: TimedLine[], options: LogOptions, now: number): string {
  const since = options.since_ms ?? (options.since_seconds === undefined ? 0 : now - options.since_seconds * 1000)
  const recent = since === 0 ? lines : lines.filter(({ ms }) => ms >= since)
  const tail = options.tail_lines === undefined ? recent : recent.slice(Math.max(0, recent.length - options.tail_lines))
  return tail
    .map(({ text, ms }, index) => `${options.timestamps ? `${runtimeStamp(ms, index)} ` : ''}${text}\n`)
    .join('')
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

/** What of a generated log is wanted, piece by piece and only as fast as it is taken. */
export function* streamLog(log: GeneratedLog, options: LogOptions, now: number): Generator<Buffer> {
  const since =
    options.since_ms ?? (options.since_seconds === undefined ? undefined : now - options.since_seconds * 1000)
  const recent = since === undefined ? 0 : firstSince(log, since)
  const first = options.tail_lines === undefined ? recent : Math.max(recent, log.count - options.tail_lines)
  const stamp = options.timestamps ? createStamp() : () => ''
  let left = options.limit_bytes ?? Infinity
  let piece = ''
  for (let index = first; index < log.count && left > 0; index++) {
    piece += `${stamp(log.ms(index), index)}${log.line(index)}\n`
    if (piece.length < Math.min(pieceSize, left)) continue
    const bytes = Buffer.from(piece).subarray(0, left)
    left -= bytes.length
    piece = ''
    yield bytes
  }
  if (piece !== '' && left > 0) yield Buffer.from(piece).subarray(0, left)
}

function firstSince(log: GeneratedLog, since: number): number {
  let [low, high] = [0, log.count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (log.ms(middle) < since) low = middle + 1
    else high = middle
  }
  return low
}

/** The runtime's stamp; the second is written once for all the lines that share it. */
function createStamp(): (ms: number, index: number) => string {
  let second = -1
  let head = ''
  return (ms, index) => {
    if (Math.floor(ms / 1000) !== second) {
      second = Math.floor(ms / 1000)
      head = new Date(second * 1000).toISOString().slice(0, 19)
    }
    const thousandths = String(ms - second * 1000).padStart(3, '0')
    return `${head}.${thousandths}${String((index * 1_013 + 468_491) % 1_000_000).padStart(6, '0')}Z `
  }
}

function invalid(pod: string, field: string, value: string, why: string): Error {
  const message = `Invalid value: ${value}: ${why}`
  return failure(422, 'Invalid', `PodLogOptions "${pod}" is invalid: ${field}: ${message}`, {
    details: { name: pod, kind: 'PodLogOptions', causes: [{ reason: 'FieldValueInvalid', message, field }] },
  })
}

function parseCount(request: ApiRequest, field: string, least: number): number | undefined {
  const text = request.query.get(field)
  if (text === null || text === '') return undefined
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`)
  const why = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0'
  if (Number(text) < least) throw invalid(request.name ?? '', field, text, why)
  return Number(text)
}

/** Reads the query of a log request; a value that the real server refuses is refused. */
function parseLogOptions(request: ApiRequest): LogOptions {
  const { query } = request
  const sinceTime = query.get('sinceTime') ?? ''
  const sinceMs = sinceTime === '' ? undefined : Date.parse(sinceTime)
  if (sinceMs !== undefined && Number.isNaN(sinceMs))
    throw badRequest(
      `parsing time "${sinceTime}" as "2006-01-02T15:04:05Z07:00": cannot parse "${sinceTime}" as "2006"`,
    )
  if (sinceMs !== undefined && query.has('sinceSeconds'))
    throw invalid(
      request.name ?? '',
      'sinceSeconds',
      query.get('sinceSeconds') ?? '',
      'may not be specified with sinceTime',
    )
  return {
    container: query.get('container') ?? undefined,
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
    tail_lines: parseCount(request, 'tailLines', 0),
    since_seconds: parseCount(request, 'sinceSeconds', 1),
    since_ms: sinceMs,
    limit_bytes: parseCount(request, 'limitBytes', 1),
  }
}

function namesAt(pod: ApiObject, path: string): string[] {
  const list = fieldAt(pod, path)
  return Array.isArray(list) ? list.map(({ name }: { name: string }) => name) : []
}

function statusOf(pod: ApiObject, container: string): ContainerStatus | undefined {
  const lists = ['status.containerStatuses', 'status.initContainerStatuses', 'status.ephemeralContainerStatuses']
  return lists
    .flatMap((path) => (fieldAt(pod, path) as ContainerStatus[] | undefined) ?? [])
    .find(({ name }) => name === container)
}

/** The container that is meant; refused as the real server does where none or a wrong one is named. */
function chooseContainer(pod: ApiObject, asked: string | undefined): string {
  const containers = namesAt(pod, 'spec.containers')
  const initContainers = namesAt(pod, 'spec.initContainers')
  const all = [...containers, ...initContainers, ...namesAt(pod, 'spec.ephemeralContainers')]
  const name = pod.metadata.name
  if (asked !== undefined && asked !== '') {
    if (all.includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${name}`)
  }
  const [only, ...others] = containers
  if (only !== undefined && others.length === 0) return only
  const inits = initContainers.length === 0 ? '' : ` or one of the init containers: [${initContainers.join(' ')}]`
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${inits}`,
  )
}

/** When the instance whose log is read was started. */
function instanceStart(pod: ApiObject, container: string, previous: boolean): string | undefined {
  const status = statusOf(pod, container)
  if (previous) return status?.lastState?.terminated?.startedAt
  const { running, terminated } = status?.state ?? {}
  return (running ?? terminated ?? status?.lastState?.terminated)?.startedAt
}

/** What a kubelet says of a container that has no log; where it would have had one, that it was not recorded. */
function explainSilence(request: ApiRequest, pod: ApiObject, container: string, previous: boolean): StatusError {
  const status = statusOf(pod, container)
  const subject = `container "${container}" in pod "${pod.metadata.name}"`
  if (previous && status?.lastState?.terminated === undefined)
    return badRequest(`previous terminated ${subject} not found`)
  const waiting = status?.state?.waiting
  const startedBefore = status?.lastState?.terminated !== undefined
  if (!previous && waiting !== undefined && !startedBefore) {
    const pulling = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'].includes(waiting.reason ?? '')
    const why = pulling ? 'trying and failing to pull image' : (waiting.reason ?? 'ContainerCreating')
    return badRequest(`${subject} is waiting to start: ${why}`)
  }
  return notRecorded(request)
}
