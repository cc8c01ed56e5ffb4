import type { Finding } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { LeaderState } from './leader-state.ts'

/**
 * What could not be seen and could change the verdict. What the picture lacks always counts. What logs could have told does not
 * count once a confident diagnosis explains every symptom; what metrics could have told counts only where a root is of a kind
 * that metrics were asked about.
 */
export function relevantGaps(
  state: LeaderState,
  roots: readonly Finding[],
  asked: { metric: readonly { mechanism: string }[]; confidence_threshold: number },
): Gap[] {
  const { diagnosis, reports } = state
  const settled =
    diagnosis?.outcome === 'issue' &&
    diagnosis.confidence >= asked.confidence_threshold &&
    diagnosis.unexplained.length === 0
  const logGaps = settled ? [] : (reports['log']?.gaps ?? [])
  const measurable = new Set(asked.metric.map((question) => question.mechanism))
  const metricGaps = roots.some((root) => measurable.has(root.mechanism)) ? (reports['metric']?.gaps ?? []) : []
  const all = [...Object.values(state.gaps), ...logGaps, ...metricGaps]
  return [...new Map(all.map((gap) => [`${gap.what}|${gap.needs}`, gap])).values()]
}
