import type { DecisionReport, ReportAction, ReportCause } from './decision-report.ts'
import { escapeMarkdown as escape } from './escape-markdown.ts'

/** A value to be copied: a code span whose fence is longer than any run of backticks within. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`
}

const percent = (part: number): string => `${Math.round(part * 100)} %`

function causeLine(cause: ReportCause): string {
  return `- **${escape(cause.resource)}**: ${cause.mechanism}, ${percent(cause.confidence)}. ${escape(cause.statement)}`
}

function factLines(cause: ReportCause): string[] {
  const facts = cause.facts.map((fact) => {
    const claimed = fact.claimed ? ', untrusted text' : ''
    return `- ${escape(fact.id)}, ${fact.source}${claimed}: ${escape(fact.statement)} (${escape(fact.where)})`
  })
  return [...facts, ...(cause.more_facts > 0 ? [`- and ${cause.more_facts} more in the record`] : [])]
}

function actionLines(action: ReportAction): string[] {
  return [
    `**${action.kind}** ${escape(action.target)}: ${escape(action.reason)}`,
    '',
    ...action.params.map(
      ({ name, value, from }) => `- ${escape(name)} = ${code(value)}${from ? ` (from: ${escape(from)})` : ''}`,
    ),
    ...action.needs.map(({ param, ask }) => `- needs **${escape(param)}**: ${escape(ask)}`),
    `- risk ${action.risk}, ${action.reversible ? 'reversible' : 'not reversible'}`,
    `- would it resolve this? ${escape(action.what_if)}`,
    `- guard: ${escape(action.guard)}; approval: ${action.approval}`,
  ]
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines]
}

/** The report as markdown, for a ticket or a chat. */
export function renderMarkdown(report: DecisionReport): string {
  const { incident, run, trace } = report.ids
  const chain = report.chain.map(({ from, to, because }) => {
    return `- ${escape(from)} → ${escape(to)}${because ? `: ${escape(because)}` : ''}`
  })
  const gaps = report.gaps.map(({ what, why, needs }) => `- ${escape(what)}: ${escape(why)}; needs ${escape(needs)}`)
  const kind = report.outcome === 'issue' ? ` (${report.severity}, ${escape(report.category)})` : ''
  const lines = [
    `# ${report.outcome}: ${escape(report.service)}${kind}`,
    '',
    `${escape(report.summary)} Confidence ${percent(report.confidence)}.`,
    ...section(report.causes.length === 1 ? 'Cause' : 'Causes', report.causes.map(causeLine)),
    ...section('Do this', report.action ? actionLines(report.action) : []),
    ...section(
      'Other actions',
      report.others.map((other) => `- ${escape(other)}`),
    ),
    ...section('What could not be seen', gaps),
    ...section('Evidence', report.causes.flatMap(factLines)),
    ...section('What follows from it', chain),
    ...section('Record', [
      `Incident ${escape(incident)}, run ${escape(run)}, trace ${escape(trace)}; stopped by ${escape(report.stopped_by)}.`,
      ...(report.record === undefined ? [] : [escape(report.record)]),
    ]),
  ]
  return `${lines.join('\n')}\n`
}
