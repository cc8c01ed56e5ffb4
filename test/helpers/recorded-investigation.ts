import { MemorySaver } from '@langchain/langgraph-checkpoint'
import type { Decision } from '#src/domain/decision.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { createInvestigator, type InvestigatorDeps } from '#src/orchestrator/investigator.ts'
import { defaultPolicy } from '#src/policy/policy.ts'
import { collectSecrets } from '#src/redaction/collect-secrets.ts'
import { createRedactor } from '#src/redaction/create-redactor.ts'
import { createQueryLogsTool } from '#tools/logs/query-logs.ts'
import { createQueryMetricsTool } from '#tools/metrics/query-metrics.ts'
import { createToolRegistry } from '#tools/registry.ts'
import { recordedLogSource } from './recorded-log-source.ts'
import { recordedSnapshot, scenarioFolder } from './recorded-snapshot.ts'

/** What is asked about a recorded incident: its whole namespace unless said otherwise. */
export type Ask = Partial<Pick<Incident, 'resource' | 'reason' | 'message' | 'namespace'>>

/** Settings of the tests: those of the service. */
export const testWorkflow: InvestigatorDeps['workflow'] = {
  max_turns: 20,
  timeout_seconds: 300,
  confidence_threshold: 0.8,
  require_consensus: false,
  human_in_loop_actions: [],
}

/** Everything an investigation needs, over one picture of a recorded incident; no server, no disk but the recording. */
export function recordedDeps(name: string, snapshot: Snapshot, folder = scenarioFolder): InvestigatorDeps {
  return {
    observe: async () => snapshot,
    registry: createToolRegistry()
      .register(createQueryLogsTool(recordedLogSource(name, folder)))
      .register(createQueryMetricsTool(undefined)),
    saver: new MemorySaver(),
    createRedactor: (seen) => createRedactor(seen ? collectSecrets(seen) : []),
    workflow: testWorkflow,
    policy: defaultPolicy,
    versions: {},
    clock: () => Date.parse(snapshot.taken_at),
  }
}

/** An incident as intake would open it. */
export function incidentOf(snapshot: Snapshot, ask: Ask = {}): Incident {
  const namespace = ask.namespace ?? snapshot.namespace ?? 'default'
  const resource = ask.resource ?? { kind: 'Namespace', name: namespace }
  return {
    id: 'inc_1',
    fingerprint: 'test',
    namespace,
    resource,
    problem_class: 'other',
    service: resource.name,
    signal_count: 1,
    opened_at: snapshot.taken_at,
    ...ask,
  }
}

const decisions = new Map<string, Promise<Decision>>()

/**
 * The whole pipeline over a recorded incident, in memory: picture, rules, teams, diagnosis, actions, decision. Test files share what
 * came of a question that was asked with the settings of the service.
 */
export function investigateRecorded(
  name: string,
  ask: Ask = {},
  changes: Partial<InvestigatorDeps> = {},
  folder = scenarioFolder,
): Promise<Decision> {
  if (Object.keys(changes).length > 0) return investigate(name, ask, changes, folder)
  const key = JSON.stringify([folder, name, ask])
  const known = decisions.get(key) ?? investigate(name, ask, {}, folder)
  decisions.set(key, known)
  return known
}

async function investigate(
  name: string,
  ask: Ask,
  changes: Partial<InvestigatorDeps>,
  folder: string,
): Promise<Decision> {
  const snapshot = recordedSnapshot(name, folder)
  const investigator = createInvestigator({ ...recordedDeps(name, snapshot, folder), ...changes })
  const incident = incidentOf(snapshot, ask)
  const { signal } = new AbortController()
  return investigator.investigate({ incident, run_id: `run_${name}`, trace_id: '0'.repeat(32), signal })
}
