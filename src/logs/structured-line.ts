import type { LogLevel } from './log-record.ts'

/** A line whose fields have names (JSON, logfmt). `more`: what follows the message, one line each: a stack, further fields. */
export interface StructuredLine {
  time?: string | undefined
  level?: LogLevel | undefined
  message: string
  more: string
}

/** Fields that tell who speaks and not what happened. */
const speaker =
  /^(?:v|pid|hostname|name|logger\w*|log\.logger|thread\w*|caller|source|component|module|service|app|version|env|environment|trace_?id|span_?id|request_?id|req_?id|stream|func|function|file|lineno|line_number|c|id|ctx|msgId|@i|@r|tags)$/i
const fieldsLimit = 600

/** One message out of what was said and the errors beside it; nothing is said twice. */
export function joinStructured(
  message: string,
  errors: readonly string[],
  fields: readonly [string, string][],
): Pick<StructuredLine, 'message' | 'more'> {
  const parts: string[] = []
  for (const head of [message, ...errors].map(headline))
    if (head !== '' && !parts.some((part) => part.includes(head))) parts.push(head)
  const bodies = [message, ...errors].filter((part) => part.includes('\n')).map((part) => part.trim())
  const rest = fields
    .filter(([key, value]) => !speaker.test(key) || (key === 'file' && value.startsWith('/')))
    .map(([key, value]) => `${key}=${/[\s"]/.test(value) ? JSON.stringify(value) : value}`)
    .join(' ')
    .slice(0, fieldsLimit)
  return { message: parts.join(': '), more: [...new Set(bodies), rest].filter((part) => part !== '').join('\n') }
}

/** Python's traceback names its error last, everybody else first. */
function headline(text: string): string {
  const lines = text.trim().split('\n')
  const head = lines[0] ?? ''
  return head.startsWith('Traceback (most recent call last)') ? (lines.at(-1) ?? head).trim() : head.trim()
}
