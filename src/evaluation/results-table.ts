import { waysOfAsking } from './scenario.ts'
import type { Grades } from './grade-answer.ts'
import { percent, type Result, sumUp, type Totals } from './totals.ts'

type Row = string[]

const header: Row = ['scenario', 'asked by', 'outcome', 'root', 'facts', 'action', 'executable', 'harm', 'time (ms)']

function layOut(rows: Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const mark = (good: boolean | undefined): string => (good === undefined ? '-' : good ? 'ok' : 'NO')

function gradeCells(grades: Grades): Row {
  const { outcome, root, facts, action, executable_first, harm } = grades
  return [outcome, root, facts, action, executable_first].map(mark).concat(harm ? 'HARM' : '-')
}

function totalsRow(name: string, totals: Totals): Row {
  const shares = [totals.outcome, totals.root, totals.facts, totals.action, totals.executable_first].map(percent)
  const alarms = `${totals.false_alarms} of ${totals.healthy}`
  const ms = `${Math.round(totals.ms_p50)} / ${Math.round(totals.ms_p95)}`
  return [name, String(totals.count), ...shares, String(totals.harm), alarms, String(totals.unanswered), ms]
}

const totalsHeader: Row = [
  'asked by',
  'count',
  'outcome',
  'root',
  'facts',
  'action',
  'executable first',
  'harm',
  'false alarms',
  'unanswered',
  'time p50 / p95 (ms)',
]

/** The way of asking, and the wording of the logs where it is not the recorded one. */
const askedBy = ({ asked_by, reworded }: Result): string => (reworded ? `${asked_by}, ${reworded}` : asked_by)

/** Totals per way of asking and wording. */
export function totalsByWay(results: Result[]): Record<string, Totals> {
  const ordered = waysOfAsking.flatMap((way) => results.filter((result) => result.asked_by === way))
  const groups = Map.groupBy(ordered, askedBy)
  return Object.fromEntries([...groups].map(([way, group]) => [way, sumUp(group)]))
}

/** The results as text: a row for each question, the reasons of bad grades, and the totals. */
export function renderResults(results: Result[]): string {
  const rows = results.map((result) => [
    result.scenario,
    askedBy(result),
    ...gradeCells(result.grades),
    String(Math.round(result.ms)),
  ])
  const reasons = results.flatMap((result) =>
    result.grades.reasons.map((reason) => `  ${result.scenario} (${askedBy(result)}) ${reason}`),
  )
  const ways = Object.entries(totalsByWay(results)).map(([way, totals]) => totalsRow(way, totals))
  const all = ways.length > 1 ? [totalsRow('all', sumUp(results))] : []
  const parts = [layOut([header, ...rows]), layOut([totalsHeader, ...ways, ...all])]
  if (reasons.length > 0) parts.splice(1, 0, ['What was wrong:', ...reasons].join('\n'))
  return `${parts.join('\n\n')}\n`
}
