import { type LogLevel, toLevel } from './log-record.ts'

/** A line whose fields have names. `more`: what follows the message, one line each: a stack, further fields. */
export interface StructuredLine {
  time?: string | undefined
  level?: LogLevel | undefined
  message: string
  more: string
}

/** Fields that name the program or the request and not what happened. */
const originField =
  /^(?:v|pid|hostname|name|logger\w*|log\.logger|thread\w*|caller|source|component|module|service|app|version|env|environment|trace_?id|span_?id|request_?id|req_?id|stream|func|function|file|lineno|line_number|c|id|ctx|msgId|@i|@r|tags)$/i
const fieldsLimit = 600

/** One message made of the line's message and its errors; a text that is part of another is left out. */
function joinStructured(
  message: string,
  errors: readonly string[],
  fields: readonly [string, string][],
): Pick<StructuredLine, 'message' | 'more'> {
  const parts: string[] = []
  for (const head of [message, ...errors].map(headline))
    if (head !== '' && !parts.some((part) => part.includes(head))) parts.push(head)
  const bodies = [message, ...errors].filter((part) => part.includes('\n')).map((part) => part.trim())
  const rest = fields
    .filter(([key, value]) => !originField.test(key) || (key === 'file' && value.startsWith('/')))
    .map(([key, value]) => `${key}=${/[\s"]/.test(value) ? JSON.stringify(value) : value}`)
    .join(' ')
    .slice(0, fieldsLimit)
  return { message: parts.join(': '), more: [...new Set(bodies), rest].filter((part) => part !== '').join('\n') }
}

/** A Python traceback names its error in the last line, all others in the first. */
function headline(text: string): string {
  const lines = text.trim().split('\n')
  const head = lines[0] ?? ''
  return head.startsWith('Traceback (most recent call last)') ? (lines.at(-1) ?? head).trim() : head.trim()
}

const messageKeys = [
  'msg',
  'message',
  '@m',
  '@mt',
  '@message',
  'event',
  'log',
  'body',
  'text',
  'Message',
  'RenderedMessage',
]
const levelKeys = [
  'level',
  'severity',
  'lvl',
  'log.level',
  '@l',
  'levelname',
  'LogLevel',
  'Level',
  'severity_text',
  's',
]
const timeKeys = [
  'time',
  'timestamp',
  '@timestamp',
  'ts',
  '@t',
  'Timestamp',
  'datetime',
  'date',
  't',
  'asctime',
  'eventTime',
]
const errorKeys = [
  'err',
  'error',
  'exception',
  'exc_info',
  'stack',
  'stack_trace',
  'stacktrace',
  'Exception',
  '@x',
  'reason',
  'cause',
  'error.message',
  'error.stack_trace',
]

/** Loggers keep the fields of a request and its response in objects of these names. */
const exchangeKeys = ['req', 'request', 'res', 'response', 'http']

/** A line in JSON or logfmt; undefined for any other line, which is then read as text. */
export function parseStructuredLine(line: string): StructuredLine | undefined {
  return (line.startsWith('{') ? parseJsonLine(line) : undefined) ?? parseLogfmtLine(line)
}

function parseJsonLine(line: string): StructuredLine | undefined {
  const fields = parseObject(line)
  if (!fields) return undefined
  const level = first(fields, levelKeys)
  const message = textOf(first(fields, messageKeys))
  const attributes = attributesOf(fields)
  const errors = errorKeys
    .flatMap((key) => [textOf(fields[key]), textOf(attributes[key])])
    .filter((part) => part !== '')
  if (message === '' && errors.length === 0) return undefined
  return {
    time: isoTimeOfValue(first(fields, timeKeys)),
    level: typeof level === 'string' || typeof level === 'number' ? toLevel(level) : undefined,
    ...joinStructured(message, errors, details(fields)),
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    return toFields(JSON.parse(line))
  } catch {
    return undefined
  }
}

function toFields(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined
}

function first(fields: Record<string, unknown>, keys: readonly string[]): unknown {
  const key = keys.find((name) => fields[name] !== undefined && fields[name] !== null && fields[name] !== '')
  return key === undefined ? undefined : fields[key]
}

/** An error may be a text or an object with a message and a stack. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  const fields = toFields(value)
  if (!fields) return ''
  const { stack, message } = fields
  if (typeof stack === 'string' && (typeof message !== 'string' || stack.includes(message))) return stack
  const type = fields['type'] ?? fields['name'] ?? fields['class']
  return [type, message, stack].filter((part) => typeof part === 'string').join(': ')
}

/** mongod, Serilog and tracing keep the fields of the message in an object of their own. */
function attributesOf(fields: Record<string, unknown>): Record<string, unknown> {
  return toFields(fields['attr'] ?? fields['Properties'] ?? fields['fields']) ?? {}
}

/** The other fields: a message often leaves its names to them. The fields of an error count as well. */
function details(fields: Record<string, unknown>): [string, string][] {
  const known = new Set([...messageKeys, ...levelKeys, ...timeKeys, ...errorKeys])
  const inner = [...errorKeys, ...exchangeKeys].flatMap((key) => Object.entries(toFields(fields[key]) ?? {}))
  return [...Object.entries(fields), ...Object.entries(attributesOf(fields)), ...inner].flatMap(
    ([key, value]): [string, string][] => {
      if (known.has(key) || key === 'type') return []
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        return [[key, `${value}`]]
      return []
    },
  )
}

function isoTimeOfValue(value: unknown): string | undefined {
  const date = toFields(value)?.['$date'] ?? value
  if (typeof date === 'number') {
    const milliseconds = date > 1e17 ? date / 1e6 : date > 1e14 ? date / 1e3 : date > 1e11 ? date : date * 1000
    return Number.isFinite(milliseconds) && milliseconds > 0 && milliseconds < 8e15
      ? new Date(milliseconds).toISOString()
      : undefined
  }
  const parsed = typeof date === 'string' ? Date.parse(date) : Number.NaN
  return Number.isNaN(parsed) ? undefined : new Date(parsed).toISOString()
}

/** Only a line with a level is read as logfmt: `a=b` alone is common in prose. */
const logfmtLevel = /(?:^|\s)(?:level|lvl)=(?<level>"?\w+"?)(?:\s|$)/
const pair = /(?:^|\s)([\w.@/-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g
const logfmtMessageKeys = ['msg', 'message', 'event']
const logfmtErrorKeys = ['err', 'error', 'exception', 'stack', 'stacktrace', 'cause', 'reason']
const logfmtTimeKeys = ['time', 'ts', 't', 'timestamp']
const logfmtKnownKeys = new Set([...logfmtMessageKeys, ...logfmtErrorKeys, ...logfmtTimeKeys, 'level', 'lvl'])

function parseLogfmtLine(line: string): StructuredLine | undefined {
  const level = logfmtLevel.exec(line)?.groups?.['level']
  if (level === undefined) return undefined
  const fields = [...line.matchAll(pair)].map(([, name = '', quoted, plain]): [string, string] => [
    name,
    quoted === undefined ? (plain ?? '') : unescape(quoted),
  ])
  const values = new Map(fields.toReversed())
  const valueOf = (name: string): string | undefined => values.get(name)
  const message = logfmtMessageKeys.map(valueOf).find((value) => value) ?? ''
  const errors = logfmtErrorKeys.map(valueOf).filter((value) => value !== undefined)
  const time = isoTime(logfmtTimeKeys.map(valueOf).find((value) => value !== undefined))
  if (message === '' && errors.length === 0) return { time, level: toLevel(level), message: line, more: '' }
  const rest = fields.filter(([key]) => !logfmtKnownKeys.has(key))
  return { time, level: toLevel(level), ...joinStructured(message, errors, rest) }
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped))
}

/** A time as programs write it at the head of a line, in ISO; without a zone it is taken for UTC. */
export function isoTime(time: string | undefined): string | undefined {
  if (time === undefined) return undefined
  const plain = time.replaceAll('/', '-').replace(',', '.').replace(/ UTC$/, 'Z')
  const zoned = /(?:Z|[+-]\d\d:?\d\d|[A-Z]{2,5})$/.test(plain) ? plain : `${plain}Z`
  const parsed = Date.parse(zoned)
  return Number.isNaN(parsed) ? undefined : new Date(parsed).toISOString()
}
