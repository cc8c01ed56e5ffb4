import type { Recording, Retold } from './recording.ts'

/** How a program writes one line. */
export type LineForm = 'crlf' | 'klog' | 'json' | 'logfmt' | 'colours' | 'bare' | 'cloud'

const line = /^(?<time>\d{4}-\d\d-\d\dT[\d:.]+Z?)\s+(?<level>[A-Z]+)\s+(?:\[(?<logger>[\w-]+)\]\s+)?(?<message>.*)$/

/** The same lines in another form; what has no stamp (a stack trace) stays as the runtime printed it. */
export function rewordLogs(recording: Recording, form: LineForm): Retold {
  const logs = Object.entries(recording.logs).map(([key, lines]) => [key, lines.map((text) => reword(text, form))])
  return { recording: { ...recording, logs: Object.fromEntries(logs) as Recording['logs'] } }
}

function reword(text: string, form: LineForm): string {
  if (form === 'crlf') return `${text}\r`
  const { time, level = 'INFO', logger = 'main', message = '' } = line.exec(text)?.groups ?? {}
  if (time === undefined) return text
  if (form === 'logfmt') return `time=${time} level=${level.toLowerCase()} msg=${JSON.stringify(message)}`
  if (form === 'colours')
    return `\u001b[90m${time}\u001b[0m \u001b[1;31m${level}\u001b[0m \u001b[36m[${logger}]\u001b[0m ${message}`
  if (form === 'bare') return level === 'INFO' ? message : `${level.toLowerCase()}: ${message}`
  if (form === 'cloud') return JSON.stringify({ severity: severityOf(level), message, timestamp: time })
  if (form === 'json') return JSON.stringify({ ts: time, level: level.toLowerCase(), logger, msg: message })
  const stamp = `${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 23).padEnd(15, '0')}`
  return `${level.slice(0, 1)}${stamp}       1 ${logger}.go:42] ${message}`
}

function severityOf(level: string): string {
  if (level === 'FATAL') return 'CRITICAL'
  return level === 'WARN' ? 'WARNING' : level
}
