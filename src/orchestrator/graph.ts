import { END, START, StateGraph } from '@langchain/langgraph'
import { diagnosisAgent } from '#agents/diagnosis-agent.ts'
import { triageAgent } from '#agents/triage-agent.ts'
import { actionTeam } from '#teams/action-team.ts'
import { logTeam } from '#teams/log-team.ts'
import { metricTeam } from '#teams/metric-team.ts'
import { memberOptions } from '#teams/team.ts'
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import { LeaderContext } from './context.ts'
import { conclude } from './nodes/conclude.ts'
import { coordinateActions } from './nodes/coordinate-actions.ts'
import { coordinateLogs } from './nodes/coordinate-logs.ts'
import { coordinateMetrics } from './nodes/coordinate-metrics.ts'
import { diagnose, maxObservations } from './nodes/diagnose.ts'
import { observeCluster } from './nodes/observe-cluster.ts'
import { triageIncident } from './nodes/triage-incident.ts'
import { LeaderState } from './state.ts'
import { asNode } from './step.ts'

/*
 * The leader graph, and the only place where a run can go back:
 *
 *   observe -> triage -> log_coordinator + metric_coordinator -> diagnose -> action_coordinator -> conclude
 *      ^                                                            |
 *      +--- something outside the snapshot, at most twice -----------+
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
    .addNode('triage', asNode('triage', triageIncident), memberOptions(triageAgent))
    .addNode('log_coordinator', asNode('log_coordinator', coordinateLogs), coordinatorOptions(logTeam))
    .addNode('metric_coordinator', asNode('metric_coordinator', coordinateMetrics), coordinatorOptions(metricTeam))
    .addNode('diagnose', asNode('diagnose', diagnose), { ...memberOptions(diagnosisAgent), defer: true })
    .addNode('action_coordinator', asNode('action_coordinator', coordinateActions), coordinatorOptions(actionTeam))
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

/** Options of a node that briefs a team, runs its subgraph and takes its report. The node is no agent, hence without tools. */
function coordinatorOptions<Graph>({ name, description, graph }: { name: string; description: string; graph: Graph }) {
  const coordinator = { name: `${name}_coordinator`, description: `Runs the ${name} team: ${description}` }
  const { metadata } = memberOptions({ ...coordinator, tools: [], handoffs: [name] })
  return { metadata: { ...metadata, team: { name, description } }, subgraphs: [graph] }
}

/** To the teams that triage asks for; after a stop, or where none is needed, straight to the diagnosis. */
function afterTriage(state: LeaderState): (Team | 'diagnose')[] {
  const teams = state.stopped_by ? [] : state.teams_asked.flatMap((team) => coordinators[team] ?? [])
  return teams.length > 0 ? teams : ['diagnose']
}

/** Another observation where findings point outside the snapshot, no stop condition holds and the limit is not reached. */
function afterDiagnosis(state: LeaderState): 'observe' | 'action_coordinator' {
  const mayWiden = state.stopped_by === undefined && state.observations < maxObservations && state.to_observe.length > 0
  return mayWiden ? 'observe' : 'action_coordinator'
}
