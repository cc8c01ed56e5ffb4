import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'

/** What metrics could decide about a finding. */
export interface MetricQuestion {
  namespace: string
  workload: ResourceRef
  container?: string
  pods: string[]
  metric: 'memory_working_set' | 'cpu_usage'
  /** The limit to hold the measurements against, in bytes or cores as Kubernetes writes it. */
  limit?: string
  mechanism: Mechanism
}

/** Judgements that a level or a trend could confirm or refute; everything else is decided without metrics. */
const decidedByMetrics: Readonly<Partial<Record<Mechanism, MetricQuestion['metric']>>> = {
  oom_killed: 'memory_working_set',
  application_hang: 'cpu_usage',
  liveness_killing: 'cpu_usage',
  hpa_at_maximum: 'cpu_usage',
}
const maxQuestions = 8

/** The questions for the metric team; empty where metrics could not change the verdict. */
export function selectMetricQuestions(view: ClusterView, findings: readonly FindingDraft[]): MetricQuestion[] {
  const questions = findings.flatMap((finding) => {
    const metric = decidedByMetrics[finding.mechanism]
    return metric ? [questionOf(finding, metric, view)] : []
  })
  const unique = new Map(questions.map((question) => [`${refKey(question.workload)}/${question.metric}`, question]))
  return [...unique.values()].slice(0, maxQuestions)
}

function questionOf(finding: FindingDraft, metric: MetricQuestion['metric'], view: ClusterView): MetricQuestion {
  const { resource, container } = finding
  const spec = view.templateOf(resource)?.spec.containers.find((candidate) => candidate.name === container)
  const limit = spec?.resources?.limits?.[metric === 'cpu_usage' ? 'cpu' : 'memory']
  const pods = finding.affects.flatMap((ref) => (ref.kind === 'Pod' ? [ref.name] : [])).slice(0, 3)
  return {
    namespace: resource.namespace ?? '',
    workload: resource,
    container,
    pods,
    metric,
    limit,
    mechanism: finding.mechanism,
  }
}
