import type { Agent, ToolOutcome } from '#agents/agent.ts'
import type { AgentResult } from '#agents/run-agent.ts'
import type { TeamReport } from '#src/domain/decision.ts'
import type { WorkflowMember } from '#src/domain/workflow-info.ts'

/*
 * A team is a subgraph with a state of its own, whose only way out is its report; bodies stay with the team. Each of its nodes stands
 * for an agent and has the agent's name.
 */

/** What every team's report has. */
export interface TeamOutcome {
  agents: TeamReport['agents']
  turns: number
  tool_calls: number
}

/** Options of a node that stands for an agent: what people are shown of the agent travels with the compiled graph. */
export function memberOptions(agent: Pick<Agent<never, unknown>, 'name' | 'description' | 'tools' | 'handoffs'>): {
  metadata: { member: WorkflowMember }
} {
  const { name, description, tools, handoffs } = agent
  return { metadata: { member: { name, description, tools: [...tools], handoffs: [...handoffs] } } }
}

/** What an agent's turn adds to the state of its team. */
export function updateFrom(name: string, result: AgentResult<unknown>): TeamOutcome & { results: ToolOutcome[] } {
  const mind = result.kind === 'output' ? result.mind : 'rules'
  const said = result.kind === 'output' ? result.said : `hands off to ${result.to}: ${result.reason}`
  const { results, turns, tool_calls } = result
  return { results, turns, tool_calls, agents: [{ name, mind, said: said.slice(0, 300) }] }
}

/** What a team was asked and may use, out of the context of its graph. */
export function workOf<Work>(team: string, config: { context?: { work?: Work } }): Work {
  const work = config.context?.work
  if (!work) throw new Error(`SRE_TEAMS_NO_CONTEXT: the ${team} team was run without its context`)
  return work
}
