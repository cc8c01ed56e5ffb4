import type { SweepReport } from './sweep-report.ts'

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`

/** What the whole sweep says, in sentences: how many fared how, and what the sweep did not cover. */
export function sweepLines({ totals, facts, partly_seen }: SweepReport): { title: string; lines: string[] } {
  const { namespaces, issue, unknown, healthy, recovered, not_asked, left_out } = totals
  const well = [
    unknown > 0 ? `${unknown} unknown` : '',
    `${healthy} healthy`,
    recovered > 0 ? `${recovered} recovered` : '',
  ].filter(Boolean)
  const lines = [`${well.join(', ')}; ${(facts.ms / 1000).toFixed(1)} s.`]
  if (not_asked > 0)
    lines.push(`Stopped: ${namespaces - not_asked} of ${namespaces} were answered, of ${not_asked} nothing is known.`)
  if (facts.cut !== undefined) lines.push(`There are more namespaces than were listed: ${facts.cut}.`)
  if (left_out > 0)
    lines.push(`${count(left_out, 'system namespace')} left out (--include-system asks about them, too).`)
  const partly = partly_seen.flatMap((group) => group.namespaces).length
  if (partly > 0) lines.push(`Not everything could be seen in ${count(partly, 'answered namespace')}, see below.`)
  const have = issue === 1 ? 'has' : 'have'
  const whole = not_asked > 0 ? count(namespaces - not_asked, 'answered namespace') : count(namespaces, 'namespace')
  const title = `${issue} of ${whole} ${have} an issue (cluster ${facts.context})`
  return { title, lines }
}
