import { joinStructured, type StructuredLine } from './structured-line.ts'
import { toLevel } from './to-level.ts'

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

/** What was asked and answered, where loggers keep it in an object of its own. */
const exchangeKeys = ['req', 'request', 'res', 'response', 'http']

/** A line that is one JSON object; undefined where it is none, so that the line is read as text. */
export function parseJsonLine(line: string): StructuredLine | undefined {
  const fields = parseObject(line)
  if (!fields) return undefined
  const level = first(fields, levelKeys)
  const message = text(first(fields, messageKeys))
  const attributes = attributesOf(fields)
  const errors = errorKeys.flatMap((key) => [text(fields[key]), text(attributes[key])]).filter((part) => part !== '')
  if (message === '' && errors.length === 0) return undefined
  return {
    time: toIso(first(fields, timeKeys)),
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
function text(value: unknown): string {
  if (typeof value === 'string') return value
  const fields = toFields(value)
  if (!fields) return ''
  const { stack, message } = fields
  if (typeof stack === 'string' && (typeof message !== 'string' || stack.includes(message))) return stack
  const type = fields['type'] ?? fields['name'] ?? fields['class']
  return [type, message, stack].filter((part) => typeof part === 'string').join(': ')
}

/** Where loggers put what belongs to the message: mongod, Serilog, tracing. */
function attributesOf(fields: Record<string, unknown>): Record<string, unknown> {
  return toFields(fields['attr'] ?? fields['Properties'] ?? fields['fields']) ?? {}
}

/** What else the line holds, for a message often leaves its names to the fields; an error's own fields count as well. */
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

function toIso(value: unknown): string | undefined {
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
