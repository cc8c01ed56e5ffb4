import type { LogLevel } from './log-record.ts'
import { toLevel } from './to-level.ts'

const messageKeys = ['msg', 'message', '@m', '@message', 'event', 'log', 'body', 'text']
const levelKeys = ['level', 'severity', 'lvl', 'log.level', '@l', 'levelname', 'LogLevel', 'severity_text']
const timeKeys = ['time', 'timestamp', '@timestamp', 'ts', '@t', 'Timestamp', 'datetime', 'date']
const errorKeys = [
  'err',
  'error',
  'exception',
  'exc_info',
  'stack',
  'stack_trace',
  'Exception',
  '@x',
  'reason',
  'cause',
]

/** A line that is one JSON object; undefined where it is none, so that the line is read as text. */
export function parseJsonLine(line: string): { time?: string; level?: LogLevel; message: string } | undefined {
  const fields = parseObject(line)
  if (!fields) return undefined
  const level = first(fields, levelKeys)
  const message = first(fields, messageKeys)
  const error = first(fields, errorKeys)
  const words = [text(message), text(error)].filter((part) => part !== '')
  if (words.length === 0) return undefined
  return {
    time: toIso(first(fields, timeKeys)),
    level: typeof level === 'string' || typeof level === 'number' ? toLevel(level) : undefined,
    message: [...new Set(words)].join(': '),
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(line)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? Object.fromEntries(Object.entries(parsed))
      : undefined
  } catch {
    return undefined
  }
}

function first(fields: Record<string, unknown>, keys: readonly string[]): unknown {
  const key = keys.find((name) => fields[name] !== undefined && fields[name] !== null && fields[name] !== '')
  return key === undefined ? undefined : fields[key]
}

/** An error may be a text or an object with a message and a stack. */
function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  const fields = Object.fromEntries(Object.entries(value))
  const parts = [fields['type'], fields['message'], fields['stack']].filter((part) => typeof part === 'string')
  return parts.join(': ')
}

function toIso(value: unknown): string | undefined {
  if (typeof value === 'number') {
    const milliseconds = value > 1e14 ? value / 1e6 : value > 1e11 ? value : value * 1000
    return Number.isFinite(milliseconds) && milliseconds > 0 && milliseconds < 8e15
      ? new Date(milliseconds).toISOString()
      : undefined
  }
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? undefined : new Date(parsed).toISOString()
}
