import { createQueryLogsTool } from '#tools/logs/query-logs.ts'
import { createQueryMetricsTool } from '#tools/metrics/query-metrics.ts'
import { createToolRegistry } from '#tools/registry.ts'
import type { LogSource } from '#tools/logs/log-source.ts'
import type { Decision } from '#src/domain/decision.ts'
import { createInvestigator } from '#src/orchestrator/investigator.ts'
import { snapshot } from '#test/helpers/build-cluster.ts'
import { type Ask, incidentOf, recordedDeps } from '#test/helpers/recorded-investigation.ts'
import type { UnseenCase } from './unseen-case.ts'

/** Logs by `pod/container`; a container that has none answers as one that wrote nothing. */
function logSource(logs: Record<string, string> = {}): LogSource {
  return {
    name: 'made-up',
    async read({ pod, container, previous }, signal) {
      signal.throwIfAborted()
      const text = logs[`${pod}/${container}${previous ? '/previous' : ''}`]
      if (text === undefined) return { status: 'empty', why: 'the log is empty' }
      return {
        status: 'read',
        lines: text
          .trim()
          .split('\n')
          .map((line) => ({ text: line })),
        truncated: false,
      }
    },
  }
}

/** What a forwarder of events would ask: about the newest warning's object; undefined where there was none. */
export function askedByEvent({ events = [] }: UnseenCase): Ask | undefined {
  const newest = events
    .filter((event) => event.type === 'Warning')
    .toSorted((left, right) => right.last_seen.localeCompare(left.last_seen))[0]
  return (
    newest && {
      resource: newest.regarding,
      reason: newest.reason,
      message: newest.message,
      namespace: newest.namespace,
    }
  )
}

/** The whole pipeline over a made-up cluster, asked about its namespace unless said otherwise. */
export async function investigateUnseen(
  { objects, events = [], logs, unseen = [] }: UnseenCase,
  ask: Ask = {},
): Promise<Decision> {
  const picture = snapshot(objects, { events, unseen })
  for (const scope of ['IngressClass/', 'GatewayClass/', 'Gateway/', 'HTTPRoute/']) picture.coverage[scope] = 'complete'
  const registry = createToolRegistry()
    .register(createQueryLogsTool(logSource(logs)))
    .register(createQueryMetricsTool(undefined))
  const investigator = createInvestigator({ ...recordedDeps('unseen', picture), registry })
  const { signal } = new AbortController()
  return investigator.investigate({
    incident: incidentOf(picture, ask),
    run_id: 'run_unseen',
    trace_id: '0'.repeat(32),
    signal,
  })
}
