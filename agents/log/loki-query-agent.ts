import { z } from 'zod'
import type { Agent, MindContext, MindStep, ToolCall } from '#agents/agent.ts'
import { digestLogs } from './digest-logs.ts'
import type { LogRequest } from './fetched-logs.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ContainerStatus } from '#src/domain/kubernetes/objects.ts'
import { type LogTarget, maxLogsRead } from '#agents/select-log-targets.ts'

/** The logs to fetch, in the order of their weight. */
export interface LogQueryBrief {
  requests: readonly LogRequest[]
  /** How long the reading of a whole log may take. */
  max_ms?: number
}

const FetchedCount = z.object({ read: z.number().int(), empty: z.number().int(), failed: z.number().int() })

/** Output of the agent; the lines themselves are in its results. */
export type FetchedCount = z.infer<typeof FetchedCount>

const maxRequests = 60

/** Fetches the logs that were asked for, from Loki or from whatever log source is configured. */
export const lokiQueryAgent: Agent<LogQueryBrief, FetchedCount> = {
  name: 'loki_query',
  description: 'Fetches current and previous logs of containers: their newest lines, or all of them as a stream.',
  tools: ['query_logs', 'scan_logs'],
  handoffs: [],
  output: FetchedCount,
  digest: ({ results }) => digestLogs(results, []),
  rules: { name: 'rules', next: fetchLogs },
}

function fetchLogs({ brief, results, turn }: MindContext<LogQueryBrief>): MindStep<FetchedCount> {
  const requests = brief.requests.slice(0, maxRequests)
  if (turn === 1 && requests.length > 0)
    return { kind: 'tool_calls', calls: requests.map((request) => callOf(request, brief.max_ms)) }
  const latest = requests.length === 0 ? [] : results.slice(-requests.length)
  const read = latest.filter(({ output }) => statusOf(output) === 'read').length
  const failures = latest.filter((outcome) => outcome.gaps.length > 0)
  const empty = latest.length - read - failures.length
  const why = failures[0]?.gaps[0]?.why
  const said = `${read} of ${latest.length} logs read${empty > 0 ? `, ${empty} empty` : ''}${why ? `, ${failures.length} failed: ${why}` : ''}.`
  return { kind: 'output', output: { read, empty: Math.max(empty, 0), failed: failures.length }, said }
}

function callOf(request: LogRequest, max_ms: number | undefined): ToolCall {
  if (!request.whole) return { tool: 'query_logs', input: request }
  const { namespace, pod, container, previous } = request
  const limit = max_ms === undefined ? {} : { max_ms }
  return { tool: 'scan_logs', input: { namespace, pod, container, previous, ...limit } }
}

function statusOf(output: unknown): unknown {
  return typeof output === 'object' && output !== null && 'status' in output ? output.status : undefined
}

const tailLines = 300

/**
 * The logs to read first: of a container that has ended, its current log, which is that of the instance that failed; of one that
 * runs again, the previous one too.
 */
export function firstLogRequests(targets: readonly LogTarget[], view: ClusterView): LogRequest[] {
  return targets.slice(0, maxLogsRead).flatMap(({ namespace, pod, container, restarts, ready }) => {
    const { initContainerStatuses = [], containerStatuses = [] } = view.get('Pod', namespace, pod)?.status ?? {}
    const status = [...initContainerStatuses, ...containerStatuses].find((entry) => entry.name === container)
    const base = { namespace, pod, container, tail_lines: tailLines, ...(ready ? { ready } : {}) }
    const current = { ...base, previous: false }
    if (ready) return [current]
    return restarts > 0 && runsAgain(status) ? [current, { ...base, previous: true }] : [current]
  })
}

function runsAgain(status: ContainerStatus | undefined): boolean {
  return status === undefined || status.state?.running !== undefined
}
