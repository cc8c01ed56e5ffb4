import { CompiledStateGraph } from '@langchain/langgraph'
import { z } from 'zod'
import type { StopReason } from '#src/domain/decision.ts'
import { type WorkflowInfo, WorkflowMember, type WorkflowTeam } from '#src/domain/workflow-info.ts'
import type { WorkflowSettings } from './context.ts'
import type { LeaderGraph } from './graph.ts'
import { stopConditions } from './stop-conditions.ts'

const architecture =
  'A leader graph observes the cluster, triages by rules, briefs the log and metric teams in parallel, builds a cause graph over ' +
  'all findings, lets the action team recommend, guard and say which approvals are needed, and concludes with a decision. ' +
  'Nothing is changed: every action is a proposal.'
const leaderDescription = 'Leads the investigation: what to observe, whom to ask, what the findings add up to.'

/** What nodes of the compiled graphs carry: the agent or the coordinator that they stand for, and the team that is run there. */
const NodeMetadata = z.object({
  member: WorkflowMember.optional(),
  team: z.object({ name: z.string(), description: z.string() }).optional(),
})

/** How the service thinks, for people and for `/workflow/info`: read from the compiled graph, so that it shows what runs. */
export function describeWorkflow(
  graph: LeaderGraph,
  settings: WorkflowSettings,
  minds: readonly string[],
  versions: Readonly<Record<string, string>>,
): WorkflowInfo {
  const nodes = metadataOf(graph)
  const leader: WorkflowTeam = { description: leaderDescription, members: membersOf(nodes) }
  const teams = [...graph.getSubgraphs()].flatMap(([node, team]): [string, WorkflowTeam][] => {
    const about = nodes.get(node)?.team
    if (!about || !(team instanceof CompiledStateGraph)) return []
    return [[about.name, { description: about.description, members: membersOf(metadataOf(team)) }]]
  })
  return {
    architecture,
    teams: { leader, ...Object.fromEntries(teams) },
    stop_conditions: stopConditions.map(({ name, description }) => ({
      name,
      description,
      value: valueOf(name, settings),
    })),
    minds: [...minds],
    versions: { ...versions },
  }
}

function metadataOf({ builder }: Pick<LeaderGraph, 'builder'>): Map<string, z.infer<typeof NodeMetadata>> {
  const nodes = Object.entries(builder.nodes)
  return new Map(nodes.map(([name, { metadata }]) => [name, NodeMetadata.parse(metadata ?? {})]))
}

function membersOf(nodes: ReturnType<typeof metadataOf>): WorkflowMember[] {
  return [...nodes.values()].flatMap(({ member }) => member ?? [])
}

/** What is configured for a condition; `true` where it has no number. */
function valueOf(name: StopReason, settings: WorkflowSettings): number | string | boolean {
  const values: Partial<Record<StopReason, number | string>> = {
    max_turns: settings.max_turns,
    high_confidence: settings.confidence_threshold,
    timeout: settings.timeout_seconds,
    token_budget: settings.token_budget ?? 'no bound',
  }
  return values[name] ?? true
}
