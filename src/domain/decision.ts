import { z } from 'zod'
import { RecommendedAction } from './action.ts'
import { Evidence } from './evidence.ts'
import { Gap } from './gap.ts'
import { Mechanism } from './mechanism.ts'
import { ResourceRef } from './resource-ref.ts'
import { Priority } from './severity.ts'

export const Outcome = z.enum(['issue', 'healthy', 'recovered', 'unknown'])
export type Outcome = z.infer<typeof Outcome>

/** Why the investigation ended; a stop condition never ends the conclusion. */
export const StopReason = z.enum([
  'high_confidence',
  'all_teams_reported',
  'max_turns',
  'timeout',
  'token_budget',
  'critical_error',
])
export type StopReason = z.infer<typeof StopReason>

export const RootCause = z.object({
  resource: ResourceRef,
  mechanism: Mechanism,
  statement: z.string().max(300),
  confidence: z.number().min(0).max(1),
  evidence: z.array(z.string()),
})
export type RootCause = z.infer<typeof RootCause>

const CausePoint = z.object({ resource: ResourceRef, mechanism: Mechanism })
export const CausalLink = z.object({ from: CausePoint, to: CausePoint, because: z.string() })
export type CausalLink = z.infer<typeof CausalLink>

export const Classification = z.object({
  category: z.string(),
  severity: Priority,
  service: z.string(),
  confidence: z.number().min(0).max(1),
})
export type Classification = z.infer<typeof Classification>

export const TeamReport = z.object({
  team: z.string(),
  agents: z.array(z.object({ name: z.string(), mind: z.string(), said: z.string() })),
  gaps: z.array(Gap),
})
export type TeamReport = z.infer<typeof TeamReport>

/** Diagnosis, actions, guard verdicts and what is needed next. Field names are a promise to callers. */
export const Decision = z.object({
  incident_id: z.string(),
  run_id: z.string(),
  trace_id: z.string(),
  outcome: Outcome,
  summary: z.string().max(400),
  classification: Classification,
  root_causes: z.array(RootCause),
  causal_chain: z.array(CausalLink),
  evidence: z.array(Evidence),
  recommended_actions: z.array(RecommendedAction),
  gaps: z.array(Gap),
  confidence: z.number().min(0).max(1),
  stopped_by: StopReason,
  team_reports: z.array(TeamReport),
  usage: z.object({
    turns: z.number().int(),
    tool_calls: z.number().int(),
    model_tokens: z.number().int(),
  }),
  timings_ms: z.record(z.string(), z.number()),
})
export type Decision = z.infer<typeof Decision>
