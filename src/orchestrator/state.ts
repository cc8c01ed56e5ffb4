import { Annotation } from '@langchain/langgraph'
import type { Diagnosis } from '#agents/diagnosis-agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import type { Classification, StopReason, TeamReport } from '#src/domain/decision.ts'
import type { Finding } from '#src/domain/finding.ts'
import { fitText } from '#src/util/fit-text.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/*
 * What the nodes share and the saver stores: ids and summaries of at most 300 characters. What the ids stand for (evidence, findings,
 * actions in full) is read through the run's memory, which travels in the graph's context.
 */

const maxSummaries = 40
const maxTextLength = 300

/** A finding as the shared state knows it. */
export interface FindingSummary {
  mechanism: string
  resource: ResourceRef
  statement: string
}

/** The findings that hold now, by id, in the order in which they were found. Later ones of a large step have no summary. */
export type FindingIndex = Record<string, FindingSummary | null>

/** What a step changes of the findings. */
export interface FindingChange {
  /** Ids that no longer hold. */
  removed: string[]
  found: FindingIndex
}

/** Facts that were measured about a finding of this mechanism and workload, by their ids. */
export interface Measurement {
  mechanism: Mechanism
  workload: ResourceRef
  evidence: string[]
}

const byKey = <Value>() => ({
  reducer: (left: Record<string, Value>, right: Record<string, Value>) => ({ ...left, ...right }),
  default: (): Record<string, Value> => ({}),
})
const sum = { reducer: (left: number, right: number) => left + right, default: () => 0 }
const either = { reducer: (left: boolean, right: boolean) => left || right, default: () => false }
const latest = <Value>() => ({
  reducer: (_: Value | undefined, right: Value | undefined) => right,
  default: (): Value | undefined => undefined,
})
const latestList = <Value>() => ({ reducer: (_: Value[], right: Value[]) => right, default: (): Value[] => [] })

/** The leader graph's state. */
export const LeaderState = Annotation.Root({
  /** Observations made so far. */
  observations: Annotation<number>(sum),
  /** What findings point to outside the snapshot, for the next observation. */
  to_observe: Annotation<ResourceRef[]>(latestList<ResourceRef>()),
  /** What was observed beyond the namespace, by key, so that nothing is requested twice. */
  observed: Annotation<Record<string, ResourceRef>>(byKey<ResourceRef>()),
  classification: Annotation<Classification | undefined>(latest<Classification>()),
  findings: Annotation<FindingIndex, FindingChange>({
    reducer: changeFindings,
    default: () => ({}),
  }),
  teams_asked: Annotation<string[]>(latestList<string>()),
  /** A log of a container that is not well was asked for: what of it cannot be read may change the verdict. */
  asked_unwell: Annotation<boolean>(either),
  metric_questions: Annotation<MetricQuestion[]>(latestList<MetricQuestion>()),
  measurements: Annotation<Record<string, Measurement>>(byKey<Measurement>()),
  reports: Annotation<Record<string, TeamReport>>(byKey<TeamReport>()),
  gaps: Annotation<Record<string, Gap>>(byKey<Gap>()),
  diagnosis: Annotation<Diagnosis | undefined>(latest<Diagnosis>()),
  /** Rules and model named different roots while operators demand that they agree. */
  disagreement: Annotation<boolean>({ reducer: (_, right) => right, default: () => false }),
  /** Ids of the recommended actions, the best first. */
  actions: Annotation<string[]>(latestList<string>()),
  turns: Annotation<number>(sum),
  tool_calls: Annotation<number>(sum),
  tokens: Annotation<number>(sum),
  /** Milliseconds by step. */
  timings: Annotation<Record<string, number>>({
    reducer: (left, right) => ({ ...left, ...addedTo(left, right) }),
    default: () => ({}),
  }),
  /** Steps whose bodies are in the run's journal, so that a run that resumes can tell whether they are complete. */
  stored_steps: Annotation<string[]>({
    reducer: (left, right) => [...new Set([...left, ...right])],
    default: () => [],
  }),
  critical_error: Annotation<boolean>(either),
  /** The first reason stands. */
  stopped_by: Annotation<StopReason | undefined>({ reducer: (left, right) => left ?? right, default: () => undefined }),
  concluded: Annotation<boolean>(either),
})
export type LeaderState = typeof LeaderState.State
export type LeaderUpdate = Omit<Partial<LeaderState>, 'findings'> & { findings?: FindingChange }

/** What no longer holds is removed; what was found is appended, or takes the place of what was known of it. */
export function changeFindings(left: FindingIndex, { removed, found }: FindingChange): FindingIndex {
  const gone = new Set(removed)
  return { ...Object.fromEntries(Object.entries(left).filter(([id]) => !gone.has(id))), ...found }
}

function addedTo(left: Record<string, number>, right: Record<string, number>): Record<string, number> {
  const sums = Object.entries(right).map(([step, ms]) => [step, roundMs((left[step] ?? 0) + ms)])
  return Object.fromEntries(sums)
}

/** Milliseconds with one digit. */
export function roundMs(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}

/** Findings as the shared state holds them; the state is stored after each step, so it stays small. */
export function indexFindings(findings: readonly Finding[]): FindingIndex {
  return Object.fromEntries(
    findings.map(({ id, mechanism, resource, statement }, index) => [
      id,
      index < maxSummaries ? { mechanism, resource, statement } : null,
    ]),
  )
}

/** Gaps by their text, so that a gap that several report is one; text is redacted. */
export function gapRecord(gaps: readonly Gap[], redact: (text: string) => string): Record<string, Gap> {
  const fit = (text: string): string => fitText(redact(text), maxTextLength)
  const clean = gaps.map(({ what, why, needs }) => ({ what: fit(what), why: fit(why), needs: fit(needs) }))
  return Object.fromEntries(clean.map((gap) => [`${gap.what}|${gap.needs}`, gap]))
}

/** Adds what agents of a team said to the team's report; an agent that speaks again replaces what it said. */
export function mergeReport(
  reports: Readonly<Record<string, TeamReport>>,
  team: string,
  agents: TeamReport['agents'],
  gaps: readonly Gap[],
): Record<string, TeamReport> {
  const before = reports[team]
  const latestOfEach = new Map([...(before?.agents ?? []), ...agents].map((agent) => [agent.name, agent]))
  return { [team]: { team, agents: [...latestOfEach.values()], gaps: [...(before?.gaps ?? []), ...gaps] } }
}
