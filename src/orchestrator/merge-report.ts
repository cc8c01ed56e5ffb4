import type { TeamReport } from '#src/domain/decision.ts'
import type { Gap } from '#src/domain/gap.ts'

/** Adds what agents of a team said to the team's report; an agent that speaks again replaces what it said. */
export function mergeReport(
  reports: Record<string, TeamReport>,
  team: string,
  agents: TeamReport['agents'],
  gaps: Gap[],
): Record<string, TeamReport> {
  const before = reports[team]
  const latest = new Map([...(before?.agents ?? []), ...agents].map((agent) => [agent.name, agent]))
  return { [team]: { team, agents: [...latest.values()], gaps: [...(before?.gaps ?? []), ...gaps] } }
}
