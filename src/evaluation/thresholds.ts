import type { Totals } from './totals.ts'

/** What a run must reach. Absent: not asked for. */
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
    ...floors.flatMap(([name, is, least]) =>
      least !== undefined && is < least ? [`${name} ${is.toFixed(3)} is below ${least}`] : [],
    ),
    ...ceilings.flatMap(([name, is, most]) =>
      most !== undefined && is > most ? [`${name} ${is} is above ${most}`] : [],
    ),
  ]
}
