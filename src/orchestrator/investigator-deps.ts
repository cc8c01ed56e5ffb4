import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import type { Mind } from '#agents/agent.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import type { CaseFile, TeamName } from './case-file.ts'
import type { Observe } from './observe.ts'
import type { RunJournal } from './run-journal.ts'
import type { WorkflowSettings } from './workflow-settings.ts'

/** What an investigation needs of the rest of the service. */
export interface InvestigatorDeps {
  observe: Observe
  /** With `query_logs` and `query_metrics` registered. */
  registry: CaseFile['registry']
  saver: BaseCheckpointSaver
  /** Absent: an interrupted run starts anew. */
  journal?: RunJournal
  /** A redactor that knows the secrets of the picture; without one it knows shapes only. */
  createRedactor(snapshot: Snapshot | undefined): (text: string) => string
  workflow: WorkflowSettings
  policy: CaseFile['policy']
  versions: Readonly<Record<string, string>>
  /** Model minds by agent; absent: rules alone. */
  minds?: { names: readonly string[]; mindFor(agentName: string): Mind<unknown, unknown> | undefined }
  /** Milliseconds since the epoch; absent: the system's clock. */
  clock?: () => number
  /** Teams that are switched off. */
  disabled_teams?: readonly TeamName[]
}

/** One pass over an incident. */
export interface InvestigationRequest {
  incident: Incident
  run_id: string
  trace_id: string
  signal: AbortSignal
  /** It was interrupted: go on from its last checkpoint where there is one. */
  resumes?: boolean
  onStep?(step: string, ms: number): void
}
