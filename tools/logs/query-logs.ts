import { z } from 'zod'
import { createRedactor } from '#src/redaction/create-redactor.ts'
import type { Tool } from '#tools/tool.ts'
import type { LogAnswer, LogSource } from './log-source.ts'
import { lostLog, redactLines } from './redact-lines.ts'

const QueryLogs = z.object({
  namespace: z.string().min(1).max(63),
  pod: z.string().min(1).max(253),
  container: z.string().min(1).max(63),
  /** True: the log of the container's last instance. */
  previous: z.boolean().default(false),
  tail_lines: z.number().int().min(1).max(20_000).default(300),
  since_seconds: z.number().int().min(1).optional(),
})
type QueryLogs = z.infer<typeof QueryLogs>

const bytesPerLine = 400
const maxBytes = 4_000_000

/**
 * The tool `query_logs`: the newest lines of one container, current or previous, from whatever log source there is. Lines are
 * redacted here, where they enter. It cites nothing by itself: a line becomes evidence when a finding rests on it.
 */
export function createQueryLogsTool(
  source: LogSource | undefined,
  redact: (text: string) => string = createRedactor(),
): Tool<QueryLogs, LogAnswer> {
  return {
    name: 'query_logs',
    description: 'Newest log lines of one container of a pod, of its current or its previous instance.',
    effect: 'read',
    input: QueryLogs,
    timeout_ms: 10_000,
    async run(input, { signal }) {
      if (!source) return failed(input, 'no log source is configured', 'a log source')
      signal.throwIfAborted()
      const limit_bytes = Math.min(input.tail_lines * bytesPerLine, maxBytes)
      const answer = await source.read({ ...input, limit_bytes }, signal)
      if (answer.status === 'failed') return { output: answer, evidence: [], gaps: [answer.gap] }
      const output = answer.status === 'read' ? await cleaned(answer, redact, signal) : answer
      return { output, evidence: [], gaps: [] }
    },
  }
}

async function cleaned(
  answer: Extract<LogAnswer, { status: 'read' }>,
  redact: (text: string) => string,
  signal: AbortSignal,
): Promise<LogAnswer> {
  const [first] = answer.lines
  if (first && answer.lines.length === 1 && lostLog.test(first.text))
    return { status: 'empty', why: 'the node no longer holds this log' }
  if (!first) return { status: 'empty', why: 'nothing was printed' }
  return { ...answer, lines: await redactLines(answer.lines, redact, signal) }
}

function failed({ namespace, pod, container }: QueryLogs, why: string, needs: string) {
  const gap = { what: `the log of container ${container} of pod ${pod} in namespace ${namespace}`, why, needs }
  return { output: { status: 'failed' as const, gap }, evidence: [], gaps: [gap] }
}
