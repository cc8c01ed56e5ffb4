import { setImmediate as nextTick } from 'node:timers/promises'
import { z } from 'zod'
import type { Rule } from '#src/rules/rule.ts'
import { kubernetesRules } from '#src/rules/index.ts'
import { containerGroups } from '#src/rules/kit/pods.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { Classification } from '#src/domain/decision.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Incident } from '#src/domain/signal.ts'
import { compareSeverity } from '#src/domain/severity.ts'
import type { Agent, MindContext } from './agent.ts'
import { classify } from './classify.ts'
import { type LogTarget, selectLogTargets, maxLogsRead, selectReadyLogTargets } from './select-log-targets.ts'
import { type MetricQuestion, selectMetricQuestions } from './select-metric-questions.ts'
import { addRecentChanges } from '#src/causes/recent-changes.ts'
import { vocabulary } from './vocabulary.ts'

/** What triage is asked about. */
export interface TriageBrief {
  incident: Incident
}

const Triage = z.object({
  findings: z.array(z.custom<FindingDraft>((value) => typeof value === 'object' && value !== null)),
  classification: Classification,
  /** Empty: the log team is not needed. */
  log_targets: z.array(z.custom<LogTarget>((value) => typeof value === 'object' && value !== null)),
  /** Empty: metrics could not change the verdict. */
  metric_questions: z.array(z.custom<MetricQuestion>((value) => typeof value === 'object' && value !== null)),
  /** Rules that broke: what they would have found is not known. */
  failed_rules: z.array(z.string()),
})

/** Output of the agent: symptoms and what to ask the teams. */
export type Triage = z.infer<typeof Triage>

/** Runs the rules over the snapshot of the cluster, classifies the incident and decides which teams are needed. */
export const triageAgent: Agent<TriageBrief, Triage> = {
  name: 'triage',
  description: 'Reads the state of the cluster, classifies the incident and decides which teams to ask what.',
  tools: [],
  handoffs: [],
  output: Triage,
  rules: { name: 'rules', next: async (context) => ({ kind: 'output', ...(await triage(context)) }) },
}

async function triage({ brief, view, signal }: MindContext<TriageBrief>): Promise<{ output: Triage; said: string }> {
  const { findings, failed } = await analyze(kubernetesRules, view, signal)
  const unwell = selectLogTargets(view, findings)
  const ready = selectReadyLogTargets(view, findings, brief.incident.resource)
  const log_targets = [...unwell, ...ready.slice(0, Math.max(0, maxLogsRead - unwell.length))]
  await nextTick()
  const metric_questions = selectMetricQuestions(view, findings)
  const classification = classify(findings.toSorted(weightiestFirst)[0], findings, brief.incident.resource)
  const output = { findings, classification, log_targets, metric_questions, failed_rules: failed }
  const asks = [
    log_targets.length > 0 ? `logs of ${log_targets.length} containers` : 'no logs',
    metric_questions.length > 0 ? `${metric_questions.length} metrics` : 'no metrics',
  ]
  return { output, said: `${findings.length} findings, ${classification.category}; asks for ${asks.join(' and ')}.` }
}

/** One rule after the other; the event loop gets a turn in between, so that a large namespace does not block other runs. */
async function analyze(
  rules: readonly Rule[],
  view: ClusterView,
  signal: AbortSignal,
): Promise<{ findings: FindingDraft[]; failed: string[] }> {
  const findings: FindingDraft[] = []
  const failed: string[] = []
  // What nearly every rule reads is gathered first, so that the first of them does not pay for all in one go.
  containerGroups(view)
  await nextTick()
  view.servicesSelecting(undefined, {})
  await nextTick()
  for (const rule of rules) {
    if (signal.aborted) {
      failed.push(`${rule.name}: the time was up`)
      continue
    }
    try {
      findings.push(...withRecentChanges(view, rule.find(view)))
    } catch (error) {
      failed.push(`${rule.name}: ${error instanceof Error ? error.message : 'failed'}`)
    }
    await nextTick()
  }
  return { findings, failed }
}

function weightiestFirst(left: FindingDraft, right: FindingDraft): number {
  return (
    compareSeverity(left.severity, right.severity) ||
    vocabulary.weightOf(right.mechanism) - vocabulary.weightOf(left.mechanism) ||
    right.confidence - left.confidence
  )
}

/** What was found, each with what was changed shortly before it and who keeps the fields that its remedies write. */
export function withRecentChanges(view: ClusterView, findings: readonly FindingDraft[]): FindingDraft[] {
  return findings.map((finding) => addRecentChanges(view, finding, vocabulary))
}
