import { Annotation } from '@langchain/langgraph'
import type { Diagnosis } from '#agents/diagnosis-agent.ts'
import type { Classification, StopReason, TeamReport } from '#src/domain/decision.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/*
 * What the nodes share and the saver stores: ids and summaries, never bodies. Pictures, evidence, logs and findings in full are in
 * the case file, which travels in the graph's context and is never stored.
 */

/** A finding as the shared state knows it. */
export interface FindingSummary {
  id: string
  mechanism: string
  resource: ResourceRef
  statement: string
}

const byKey = <Value>() => ({
  reducer: (left: Record<string, Value>, right: Record<string, Value>) => ({ ...left, ...right }),
  default: (): Record<string, Value> => ({}),
})
const sum = { reducer: (left: number, right: number) => left + right, default: () => 0 }
const latest = <Value>() => ({
  reducer: (_: Value | undefined, right: Value | undefined) => right,
  default: (): Value | undefined => undefined,
})

/** The leader graph's state. */
export const LeaderState = Annotation.Root({
  /** Pictures taken so far. */
  looks: Annotation<number>(sum),
  /** What findings point to outside the picture, for the next look. */
  look_at: Annotation<ResourceRef[]>({ reducer: (_, right) => right, default: () => [] }),
  /** Refs that were asked for already, so that no look is repeated. */
  looked_at: Annotation<Record<string, ResourceRef>>(byKey<ResourceRef>()),
  classification: Annotation<Classification | undefined>(latest<Classification>()),
  findings: Annotation<Record<string, FindingSummary>>(byKey<FindingSummary>()),
  teams_asked: Annotation<string[]>({ reducer: (_, right) => right, default: () => [] }),
  reports: Annotation<Record<string, TeamReport>>(byKey<TeamReport>()),
  gaps: Annotation<Record<string, Gap>>(byKey<Gap>()),
  diagnosis: Annotation<Diagnosis | undefined>(latest<Diagnosis>()),
  /** Rules and model named different roots while operators demand that they agree. */
  disagreement: Annotation<boolean>({ reducer: (_, right) => right, default: () => false }),
  turns: Annotation<number>(sum),
  tool_calls: Annotation<number>(sum),
  tokens: Annotation<number>(sum),
  critical_error: Annotation<boolean>({ reducer: (left, right) => left || right, default: () => false }),
  /** The first reason stands. */
  stopped_by: Annotation<StopReason | undefined>({ reducer: (left, right) => left ?? right, default: () => undefined }),
  concluded: Annotation<boolean>({ reducer: (left, right) => left || right, default: () => false }),
})
export type LeaderState = typeof LeaderState.State
export type LeaderUpdate = Partial<LeaderState>
