import { z } from 'zod'
import { mineTemplates } from '#src/logs/mine-templates.ts'
import type { Agent, MindContext, MindStep } from '#agents/agent.ts'
import { digestLogs } from './digest-logs.ts'
import { fetchedLogs, type FetchedLog, type LogRequest } from './fetched-logs.ts'

/** `may_ask_again`: the team still has a fetch to spend. */
export interface SummaryBrief {
  may_ask_again: boolean
}

const Summary = z.object({
  pod: z.string(),
  container: z.string(),
  previous: z.boolean(),
  lines: z.number().int(),
  errors: z.number().int(),
  first_error_at: z.string().optional(),
  templates: z.array(
    z.object({
      template: z.string(),
      count: z.number().int(),
      first: z.string().optional(),
      last: z.string().optional(),
      sample: z.string(),
      /** Position of the sample among the lines that were read, from 0. */
      line: z.number().int(),
    }),
  ),
})
const Summaries = z.object({ logs: z.array(Summary) })

/** Output of the agent: what each log says, by kinds of lines. */
export type LogSummaries = z.infer<typeof Summaries>

/** How many of the newest lines are read before the whole log is. */
const deeper = 3000
const templatesPerLog = 8
const maxRequests = 8

/** Reduces each log to its kinds of lines, and notices where what was fetched cannot hold the answer. */
export const logSummarizerAgent: Agent<SummaryBrief, LogSummaries> = {
  name: 'log_summarizer',
  description:
    'Reduces logs to kinds of lines with counts and times, and asks for more where the fetch was cut too early.',
  tools: [],
  handoffs: ['loki_query'],
  output: Summaries,
  digest: ({ results }) => digestLogs(results, []),
  rules: { name: 'rules', next: summarize },
}

function summarize({ brief, results }: MindContext<SummaryBrief>): MindStep<LogSummaries> {
  const logs = fetchedLogs(results)
  const cut = logs.filter(isCutTooEarly).map(deeperRequest)
  const lost = logs.flatMap((log) => otherInstance(log, logs))
  const requests = [...cut, ...lost].slice(0, maxRequests)
  if (brief.may_ask_again && requests.length > 0) {
    const reasons = [
      cut.length > 0 ? `${cut.length} logs were cut before the first error` : '',
      lost.length > 0 ? `${lost.length} instances left no log` : '',
    ]
    return { kind: 'handoff', to: 'loki_query', reason: reasons.filter(Boolean).join(', '), request: { requests } }
  }
  const output = { logs: logs.filter((log) => log.records.length > 0).map(summaryOf) }
  const lines = output.logs.reduce((sum, log) => sum + log.lines, 0)
  const errors = output.logs.reduce((sum, log) => sum + log.errors, 0)
  const kinds = output.logs.reduce((sum, log) => sum + log.templates.length, 0)
  return {
    kind: 'output',
    output,
    said: `${lines} lines of ${output.logs.length} logs in ${kinds} kinds, ${errors} errors.`,
  }
}

/** First a few more of the newest lines, which is quick; then the log from its beginning. */
function deeperRequest({ request }: FetchedLog): LogRequest {
  return request.tail_lines < deeper ? { ...request, tail_lines: deeper } : { ...request, whole: true }
}

/** The newest lines alone were read, and none of them is an error: the error may stand before them. */
function isCutTooEarly({ request, answer, records, whole }: FetchedLog): boolean {
  if (answer.status !== 'read' || !answer.truncated || whole || request.ready !== undefined) return false
  return !records.some((record) => record.level === 'error' || record.level === 'fatal')
}

/** An instance that left no log: what it said, the instance before or after it may have said as well. */
function otherInstance({ request, answer }: FetchedLog, logs: readonly FetchedLog[]): LogRequest[] {
  if (answer.status !== 'empty' || request.ready !== undefined) return []
  const other = { ...request, previous: !request.previous }
  const asked = logs.some(
    (log) =>
      log.request.namespace === other.namespace &&
      log.request.pod === other.pod &&
      log.request.container === other.container &&
      log.request.previous === other.previous,
  )
  return asked ? [] : [other]
}

function summaryOf({ request, records, whole }: FetchedLog): LogSummaries['logs'][number] {
  const { pod, container, previous } = request
  if (whole) {
    const { lines, errors, first_error_at, templates } = whole.scan
    const first = first_error_at === undefined ? {} : { first_error_at }
    return { pod, container, previous, lines, errors, ...first, templates: templates.slice(0, templatesPerLog) }
  }
  const errors = records.filter((record) => record.level === 'error' || record.level === 'fatal')
  const first = errors.find((record) => record.time !== undefined)?.time
  return {
    pod,
    container,
    previous,
    lines: records.length,
    errors: errors.length,
    ...(first === undefined ? {} : { first_error_at: first }),
    templates: mineTemplates(records).slice(0, templatesPerLog),
  }
}
