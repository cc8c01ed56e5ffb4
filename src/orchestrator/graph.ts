import { END, START, StateGraph } from '@langchain/langgraph'
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import { LeaderContext } from './case-file.ts'
import { LeaderState } from './leader-state.ts'
import { mostLooks } from './most-looks.ts'
import { conclude } from './nodes/conclude.ts'
import { coordinateActions } from './nodes/coordinate-actions.ts'
import { coordinateLogs } from './nodes/coordinate-logs.ts'
import { coordinateMetrics } from './nodes/coordinate-metrics.ts'
import { diagnose } from './nodes/diagnose.ts'
import { observeCluster } from './nodes/observe-cluster.ts'
import { triageIncident } from './nodes/triage-incident.ts'
import { asNode } from './step.ts'

/*
 * The leader graph, and the only place where a run can go back:
 *
 *   observe -> triage -> log_coordinator + metric_coordinator -> diagnose -> action_coordinator -> conclude
 *      ^                                                            |
 *      +--- something outside the picture, at most twice -----------+
 *
 * `diagnose` waits for whichever teams were asked (defer), also when it is one or none. The loops after a change (verification
 * failed -> undo -> diagnose) and after a rejection (-> action_coordinator) start behind `conclude`, where changes are carried out;
 * today every run ends there.
 */

type Team = 'log_coordinator' | 'metric_coordinator'
const coordinators: Readonly<Record<string, Team>> = { log: 'log_coordinator', metric: 'metric_coordinator' }

/** The compiled leader graph; one serves all runs, for what belongs to a run travels in its context. */
export function buildLeaderGraph(saver: BaseCheckpointSaver) {
  return new StateGraph(LeaderState, LeaderContext)
    .addNode('observe', asNode('observe', observeCluster))
    .addNode('triage', asNode('triage', triageIncident))
    .addNode('log_coordinator', asNode('log_coordinator', coordinateLogs))
    .addNode('metric_coordinator', asNode('metric_coordinator', coordinateMetrics))
    .addNode('diagnose', asNode('diagnose', diagnose), { defer: true })
    .addNode('action_coordinator', asNode('action_coordinator', coordinateActions))
    .addNode('conclude', asNode('conclude', conclude))
    .addEdge(START, 'observe')
    .addEdge('observe', 'triage')
    .addConditionalEdges('triage', afterTriage, ['log_coordinator', 'metric_coordinator', 'diagnose'])
    .addEdge('log_coordinator', 'diagnose')
    .addEdge('metric_coordinator', 'diagnose')
    .addConditionalEdges('diagnose', afterDiagnosis, ['observe', 'action_coordinator'])
    .addEdge('action_coordinator', 'conclude')
    .addEdge('conclude', END)
    .compile({ checkpointer: saver, name: 'leader' })
}

export type LeaderGraph = ReturnType<typeof buildLeaderGraph>

/** To the teams that triage asks for; after a stop, or where none is needed, straight to the diagnosis. */
function afterTriage(state: LeaderState): (Team | 'diagnose')[] {
  const teams = state.stopped_by ? [] : state.teams_asked.flatMap((team) => coordinators[team] ?? [])
  return teams.length > 0 ? teams : ['diagnose']
}

/** A wider look where findings point outside the picture, no stop condition holds and it was not widened twice. */
function afterDiagnosis(state: LeaderState): 'observe' | 'action_coordinator' {
  const mayWiden = state.stopped_by === undefined && state.looks < mostLooks && state.look_at.length > 0
  return mayWiden ? 'observe' : 'action_coordinator'
}
