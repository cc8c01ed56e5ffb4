import type { Grades } from './grade-answer.ts'
import type { AskedBy } from './scenario.ts'

/** The wordings and formats in which recorded logs can be served besides the recorded one. */
export const rewordings = ['json', 'klog', 'logfmt', 'plain'] as const
export type Rewording = (typeof rewordings)[number]

/** One question put to the service and what came of it. */
export interface Result {
  scenario: string
  asked_by: AskedBy
  /** The wording of the logs; absent: as they were recorded. */
  reworded?: Rewording
  /** The body of the response; null where there was none. */
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

function shareOf(values: boolean[]): number {
  return values.length === 0 ? 0 : values.filter(Boolean).length / values.length
}

/** The value below which this part of the values lies (nearest rank); 0 of none. */
export function percentile(values: number[], part: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0
}

/** A share as people read it, e.g. `78.9 %`. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** Sums results up. `harm`, `false_alarms`, `healthy` and `unanswered` are counts. */
export function sumUp(results: Result[]): Totals {
  const grades = results.map((result) => result.grades)
  const executable = grades.flatMap((grade) => (grade.executable_first === undefined ? [] : [grade.executable_first]))
  const ms = results.map((result) => result.ms)
  return {
    count: results.length,
    outcome: shareOf(grades.map((grade) => grade.outcome)),
    root: shareOf(grades.map((grade) => grade.root)),
    facts: shareOf(grades.map((grade) => grade.facts)),
    action: shareOf(grades.map((grade) => grade.action)),
    executable_first: shareOf(executable),
    harm: grades.filter((grade) => grade.harm).length,
    false_alarms: grades.filter((grade) => grade.false_alarm).length,
    healthy: results.filter((result) => result.healthy).length,
    unanswered: results.filter((result) => result.decision === null).length,
    ms_p50: percentile(ms, 0.5),
    ms_p95: percentile(ms, 0.95),
  }
}

/** What an evaluation must reach. Absent: anything passes. */
export interface Thresholds {
  min_outcome?: number
  min_root?: number
  min_facts?: number
  min_action?: number
  max_harm?: number
  max_false_alarms?: number
}

/** The thresholds that the totals miss, one sentence each. */
export function missedThresholds(totals: Totals, thresholds: Thresholds): string[] {
  const floors = [
    ['outcome', totals.outcome, thresholds.min_outcome],
    ['root', totals.root, thresholds.min_root],
    ['facts', totals.facts, thresholds.min_facts],
    ['action', totals.action, thresholds.min_action],
  ] as const
  const ceilings = [
    ['harm', totals.harm, thresholds.max_harm],
    ['false alarms', totals.false_alarms, thresholds.max_false_alarms],
  ] as const
  return [
    ...floors.flatMap(([name, share, min]) =>
      min !== undefined && share < min ? [`${name} is ${percent(share)}, at least ${percent(min)} is required`] : [],
    ),
    ...ceilings.flatMap(([name, count, max]) =>
      max !== undefined && count > max ? [`${name} is ${count}, at most ${max} is allowed`] : [],
    ),
  ]
}

/** A verdict should not depend on the wording of the logs: shares may fall this far, and no further. */
const maxFall = 0.03
const shares = ['outcome', 'root', 'facts', 'action'] as const

/** Where verdicts on logs in another wording are worse than on the logs as recorded; a sentence for each. */
export function fallenBehind(results: readonly Result[]): string[] {
  const recorded = sumUp(results.filter((result) => result.reworded === undefined))
  return rewordings.flatMap((wording) => {
    const reworded = results.filter((result) => result.reworded === wording)
    if (reworded.length === 0) return []
    const totals = sumUp(reworded)
    return shares
      .filter((share) => recorded[share] - totals[share] > maxFall + 1e-9)
      .map((share) => {
        const fall = ((recorded[share] - totals[share]) * 100).toFixed(1)
        return `logs in ${wording}: ${share} falls by ${fall} points, at most ${maxFall * 100} are allowed`
      })
  })
}
