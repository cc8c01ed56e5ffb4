import type { Agent } from '#agents/agent.ts'
import type { AgentDeps } from '#agents/run-agent.ts'
import type { TeamReport } from '#src/domain/decision.ts'
import type { Finding, FindingDraft } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'

/** A member as people see it. */
type TeamMember = Pick<Agent<never, unknown>, 'name' | 'description' | 'tools' | 'handoffs'>

/** What a team answers: judgements, what each member said, and what could not be seen. Bodies stay with the team. */
export interface TeamOutcome {
  findings: FindingDraft[]
  agents: TeamReport['agents']
  gaps: Gap[]
  turns: number
  tool_calls: number
}

/** Agents that work together on one brief: a subgraph with a state of its own, whose only way out is its report. */
export interface Team<Brief> {
  name: string
  description: string
  members: readonly TeamMember[]
  /** Rejects where the team itself breaks; its caller makes a gap of that. */
  run(brief: Brief, findings: Finding[], deps: AgentDeps): Promise<TeamOutcome>
}
