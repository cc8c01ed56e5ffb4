import { type Dialect, dialects } from './dialect.ts'
import { type LogEntry, readEntries } from './log-entry.ts'
import { otherTrace } from './other-trace.ts'
import { paraphrases } from './paraphrases.ts'
import { renderEntry } from './render-entry.ts'

/** What the kubelet answers in place of a log; no program said it. */
const notTheProgram = /^unable to retrieve container logs for /

/**
 * A recorded log as another program would have written it: in the format of the dialect, and in other words. Times, levels,
 * names, hosts, ports, values and places stay; a message that no rule knows keeps its words.
 */
export function rewordLog(text: string, dialect: Dialect): string {
  if (text === '' || notTheProgram.test(text)) return text
  const lines = text.replace(/\n$/, '').split('\n')
  const told = readEntries(lines).flatMap((entry) => renderEntry(reword(entry, dialect), dialect))
  return `${told.join('\n')}\n`
}

function reword(entry: LogEntry, dialect: Dialect): LogEntry {
  const style = dialects.indexOf(dialect)
  const trace = otherTrace(entry, style)
  if (trace) return trace
  const known = paraphrases.find(({ pattern }) => pattern.test(entry.message))
  if (!known) return entry
  return { ...entry, message: entry.message.replace(known.pattern, known.wordings[style] ?? '$&') }
}
