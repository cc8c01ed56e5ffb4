import { z } from 'zod'
import type { NotableKind } from '#src/logs/notable-kinds.ts'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Agent, MindContext, MindStep } from '#agents/agent.ts'
import { containerLogs } from './container-logs.ts'
import { digestLogs } from './digest-logs.ts'
import { fetchedLogs, type FetchedLog } from './fetched-logs.ts'
import { followUp } from './follow-up.ts'
import { type NotableLog, notableLogs } from './notable-logs.ts'
import { weighSiblings } from './weigh-siblings.ts'

/** `may_ask_again`: the team still has a fetch to spend. */
export interface PatternBrief {
  may_ask_again: boolean
}

const Patterns = z.object({
  findings: z.array(
    z.custom<FindingDraft>((value) => typeof value === 'object' && value !== null && 'mechanism' in value),
  ),
  /** Kinds of lines that are new, rare, in a burst or fatal, whether or not a finding rests on them. */
  notable: z.array(z.custom<NotableLog>((value) => typeof value === 'object' && value !== null)).default([]),
})

/** Output of the agent: what the logs say is wrong. */
export type LogPatterns = z.infer<typeof Patterns>

/** Holds what containers said against the known wordings of trouble and their own state, and follows refused connections. */
export const logPatternAgent: Agent<PatternBrief, LogPatterns> = {
  name: 'log_pattern',
  description:
    'Recognises what went wrong from the words of the logs and follows a refused connection to where it points.',
  tools: [],
  handoffs: ['loki_query'],
  output: Patterns,
  digest: ({ results, rules_answer }) => digestLogs(results, Patterns.safeParse(rules_answer).data?.findings ?? []),
  rules: { name: 'rules', next: judge },
}

function judge({ brief, results, view }: MindContext<PatternBrief>): MindStep<LogPatterns> {
  const logs = fetchedLogs(results)
  const findings = weighSiblings(judgeLogs(containerLogs(logs, view), view), logs)
  const wanted = brief.may_ask_again ? followUp(findings, logs, view) : undefined
  if (wanted) return { kind: 'handoff', to: 'loki_query', ...wanted }
  const notable = notableLogs(logs)
  return { kind: 'output', output: { findings, notable }, said: say(findings, { logs, notable, view }) }
}

function say(
  findings: readonly FindingDraft[],
  { logs, notable, view }: { logs: readonly FetchedLog[]; notable: readonly NotableLog[]; view: ClusterView },
): string {
  if (findings.length === 0) {
    const read = logs.filter((log) => log.records.length > 0).length
    const [first] = notable.flatMap((log) => log.kinds)
    const aside = first ? ` What stands out most (${words(first.why)}): ${first.sample.slice(0, 120)}` : ''
    return `nothing in ${read} logs explains what is wrong in ${view.snapshot.namespace ?? 'the cluster'}.${aside}`
  }
  return findings
    .map((finding) => `${finding.mechanism} of ${finding.resource.kind} ${finding.resource.name}`)
    .join('; ')
}

function words(why: NotableKind['why']): string {
  return why.map((reason) => reason.replaceAll('_', ' ')).join(', ')
}
