import { z } from 'zod'

/** One member of a team as `/workflow/info` shows it. */
export const WorkflowMember = z.object({
  name: z.string(),
  description: z.string(),
  /** Names of the tools that it may call. */
  tools: z.array(z.string()),
  /** Names of the colleagues that it may hand off to. */
  handoffs: z.array(z.string()),
})
export type WorkflowMember = z.infer<typeof WorkflowMember>

/** A team of agents, or the leader. */
export const WorkflowTeam = z.object({ description: z.string(), members: z.array(WorkflowMember) })
export type WorkflowTeam = z.infer<typeof WorkflowTeam>

/** A reason for ending an investigation, with the value that is configured for it. */
const StopCondition = z.object({
  name: z.string(),
  value: z.union([z.number(), z.string(), z.boolean()]),
  description: z.string(),
})
type StopCondition = z.infer<typeof StopCondition>

/** How the service thinks: teams with their members, handoffs and tools, stop conditions, minds and versions. */
export const WorkflowInfo = z.object({
  /** One paragraph for people. */
  architecture: z.string(),
  teams: z.record(z.string(), WorkflowTeam),
  stop_conditions: z.array(StopCondition),
  /** `rules`, or names of models. */
  minds: z.array(z.string()),
  /** Name of a part -> its version. */
  versions: z.record(z.string(), z.string()),
})
export type WorkflowInfo = z.infer<typeof WorkflowInfo>
