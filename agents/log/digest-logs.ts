import { compactLogs } from '#src/logs/compact/compact-logs.ts'
import type { LogToCompact } from '#src/logs/compact/collect-items.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ToolOutcome } from '#agents/agent.ts'
import { fetchedLogs, type FetchedLog } from './fetched-logs.ts'

const bytesPerToken = 3

/** The logs that were read, as a model is given them: in short, decisive lines first, with what was left out. */
export function digestLogs(
  results: readonly ToolOutcome[],
  findings: readonly Pick<FindingDraft, 'evidence'>[],
): string {
  const logs = fetchedLogs(results)
  const silent = logs.filter(({ records }) => records.length === 0).map(silence)
  const { text } = compactLogs({ logs: logs.filter(({ records }) => records.length > 0).map(toCompact), findings })
  return [text, ...silent].filter((part) => part !== '').join('\n')
}

function toCompact({ request, answer, records, whole }: FetchedLog): LogToCompact {
  const { pod, container, previous } = request
  const read = { pod, container, previous, records }
  if (!whole) {
    const lines = answer.status === 'read' ? answer.lines.length : records.length
    return { ...read, lines, complete: answer.status === 'read' && !answer.truncated }
  }
  const { lines, templates } = whole.scan
  const raw_tokens = Math.round(whole.bytes / bytesPerToken)
  return { ...read, lines, complete: whole.complete, kinds: templates, raw_tokens }
}

function silence({ request: { pod, container, previous }, answer }: FetchedLog): string {
  const why = answer.status === 'empty' ? answer.why : answer.status === 'failed' ? answer.gap.why : 'nothing was read'
  return `== ${pod}/${container}${previous ? ', previous instance' : ''}: no log (${why})`
}
