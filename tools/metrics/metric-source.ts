import type { Gap } from '#src/domain/gap.ts'

/** What can be measured about containers, whatever system measures it. */
type MetricName = 'memory_working_set' | 'cpu_usage'

/** Which measurements: of these pods (or of all pods of the namespace whose name starts with `workload`), over the last minutes. */
export interface MetricRequest {
  metric: MetricName
  namespace: string
  workload: string
  container?: string
  pods: string[]
  window_minutes: number
}

/** One line of measurements; `points` oldest first, bytes or cores. */
export interface MetricSeries {
  pod: string
  container?: string
  points: { time: string; value: number }[]
}

/** `empty` says why where it is known; `failed` is a gap. `query` is what was asked, so that a person can ask it again. */
export type MetricAnswer =
  | { status: 'read'; query: string; series: MetricSeries[]; warnings: string[] }
  | { status: 'empty'; query: string; why: string }
  | { status: 'failed'; gap: Gap }

/** Where measurements come from. Never throws but on abort. */
export interface MetricSource {
  readonly name: string
  read(request: MetricRequest, signal: AbortSignal): Promise<MetricAnswer>
}
