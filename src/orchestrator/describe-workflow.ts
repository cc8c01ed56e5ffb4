import type { Agent } from '#agents/agent.ts'
import { diagnosisAgent } from '#agents/diagnosis-agent.ts'
import { triageAgent } from '#agents/triage-agent.ts'
import { actionTeam } from '#teams/action-team.ts'
import { logTeam } from '#teams/log-team.ts'
import { metricTeam } from '#teams/metric-team.ts'
import type { StopReason } from '#src/domain/decision.ts'
import type { WorkflowInfo, WorkflowMember, WorkflowTeam } from '#src/domain/workflow-info.ts'
import { stopConditions } from './stop-conditions.ts'
import type { WorkflowSettings } from './workflow-settings.ts'

const architecture =
  'A leader graph observes the cluster, triages by rules, briefs the log and metric teams in parallel, builds a cause graph over ' +
  'all findings, lets the action team recommend, guard and say which approvals are needed, and concludes with a decision. ' +
  'Nothing is changed: every action is a proposal.'

type Described = Pick<Agent<never, unknown>, 'name' | 'description' | 'tools' | 'handoffs'>

/** How the service thinks, for people and for `/workflow/info`. */
export function describeWorkflow(
  settings: WorkflowSettings,
  minds: readonly string[],
  versions: Readonly<Record<string, string>>,
): WorkflowInfo {
  const leader = {
    name: 'leader',
    description: 'Leads the investigation: what to look at, whom to ask, what the findings add up to.',
    members: [triageAgent, ...[logTeam, metricTeam, actionTeam].map(coordinatorOf), diagnosisAgent],
  }
  return {
    architecture,
    teams: Object.fromEntries([leader, logTeam, metricTeam, actionTeam].map((team) => [team.name, describeTeam(team)])),
    stop_conditions: stopConditions.map(({ name, description }) => ({
      name,
      description,
      value: valueOf(name, settings),
    })),
    minds: [...minds],
    versions: { ...versions },
  }
}

/** A node of the leader's graph that briefs a team, runs it and takes its report: no agent, hence without tools. */
function coordinatorOf({ name, description }: { name: string; description: string }): Described {
  return {
    name: `${name}_coordinator`,
    description: `Runs the ${name} team: ${description}`,
    tools: [],
    handoffs: [name],
  }
}

function describeTeam({ description, members }: { description: string; members: readonly Described[] }): WorkflowTeam {
  return { description, members: members.map(describeMember) }
}

function describeMember({ name, description, tools, handoffs }: Described): WorkflowMember {
  return { name, description, tools: [...tools], handoffs: [...handoffs] }
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
