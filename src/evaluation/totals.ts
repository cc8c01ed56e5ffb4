import type { AskedBy } from './ask.ts'
import type { Grades } from './grade-answer.ts'
import type { Rewording } from './rewording.ts'

/** One question put to the service and what came of it. */
export interface Result {
  scenario: string
  asked_by: AskedBy
  /** The dialect in which the logs were told; absent: as they were recorded. */
  reworded?: Rewording
  /** The body as it came; null where none came. */
  decision: unknown
  grades: Grades
  ms: number
  healthy: boolean
}

/** Shares from 0 to 1, counts, and milliseconds over a set of results. */
export interface Totals {
  count: number
  outcome: number
  root: number
  facts: number
  action: number
  executable_first: number
  harm: number
  false_alarms: number
  healthy: number
  unanswered: number
  ms_p50: number
  ms_p95: number
}

function share(values: boolean[]): number {
  return values.length === 0 ? 0 : values.filter(Boolean).length / values.length
}

/** The value below which this part of the values lies (nearest rank); 0 of none. */
export function percentile(values: number[], part: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0
}

/** Sums results up. `harm`, `false_alarms`, `healthy` and `unanswered` are counts. */
export function sumUp(results: Result[]): Totals {
  const grades = results.map((result) => result.grades)
  const executable = grades.flatMap((grade) => (grade.executable_first === undefined ? [] : [grade.executable_first]))
  const ms = results.map((result) => result.ms)
  return {
    count: results.length,
    outcome: share(grades.map((grade) => grade.outcome)),
    root: share(grades.map((grade) => grade.root)),
    facts: share(grades.map((grade) => grade.facts)),
    action: share(grades.map((grade) => grade.action)),
    executable_first: share(executable),
    harm: grades.filter((grade) => grade.harm).length,
    false_alarms: grades.filter((grade) => grade.false_alarm).length,
    healthy: results.filter((result) => result.healthy).length,
    unanswered: results.filter((result) => result.decision === null).length,
    ms_p50: percentile(ms, 0.5),
    ms_p95: percentile(ms, 0.95),
  }
}
