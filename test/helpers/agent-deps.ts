import { createEvidenceLedger } from '#agents/evidence-ledger.ts'
import type { AgentDeps } from '#agents/run-agent.ts'
import { createToolRegistry } from '#tools/registry.ts'
import { clusterView } from './build-view.ts'

/** What an agent needs, over an empty cluster and with no tools, unless told otherwise. */
export function agentDeps(more: Partial<AgentDeps> = {}): AgentDeps {
  return {
    registry: createToolRegistry(),
    ledger: createEvidenceLedger((text) => text),
    view: clusterView([]),
    signal: new AbortController().signal,
    max_turns: 8,
    ...more,
  }
}
