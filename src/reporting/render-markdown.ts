import type { DecisionReport, ReportAction, ReportCause } from './decision-report.ts'

/** Text in which markdown and HTML find nothing to act on: no link, image, heading, table or tag comes out of a cluster. */
function escape(text: string): string {
  const marked = text.replace(/[\\`*_{}[\]()<>#+!|~&]/g, String.raw`\$&`)
  // Bare addresses and mentions become links by themselves in many readers.
  return marked.replaceAll('://', String.raw`:\//`).replaceAll('@', String.raw`\@`)
}

/** A value to be copied: a code span whose fence is longer than any run of backticks within. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`
}

const percent = (part: number): string => `${Math.round(part * 100)} %`

function causeLines(cause: ReportCause): string[] {
  const facts = cause.facts.map((fact) => {
    const claimed = fact.claimed ? ', untrusted text' : ''
    return `  - ${escape(fact.id)}, ${fact.source}${claimed}: ${escape(fact.statement)} (${escape(fact.where)})`
  })
  const head = `- **${escape(cause.resource)}**: ${cause.mechanism}, ${percent(cause.confidence)}. ${escape(cause.statement)}`
  return [head, ...facts, ...(cause.more_facts > 0 ? [`  - and ${cause.more_facts} more in the record`] : [])]
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
    `- would resolve it: ${escape(action.what_if)}`,
    `- guard: ${escape(action.guard)}; approval: ${action.approval}`,
  ]
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines]
}

/** The report as markdown, for a ticket or a chat. */
export function renderMarkdown(report: DecisionReport): string {
  const { incident, run, trace } = report.ids
  const chain = report.chain.map(({ from, to, because }) => `- ${escape(from)} → ${escape(to)}: ${escape(because)}`)
  const gaps = report.gaps.map(({ what, why, needs }) => `- ${escape(what)}: ${escape(why)}; needs ${escape(needs)}`)
  const lines = [
    `# ${report.outcome}: ${escape(report.service)} (${report.severity}, ${escape(report.category)})`,
    '',
    `${escape(report.summary)} Confidence ${percent(report.confidence)}.`,
    ...section('Root causes', report.causes.flatMap(causeLines)),
    ...section('What follows from it', chain),
    ...section('First action', report.action ? actionLines(report.action) : []),
    ...section(
      'Other actions',
      report.others.map((other) => `- ${escape(other)}`),
    ),
    ...section('What could not be seen', gaps),
    ...section('Record', [
      `Incident ${escape(incident)}, run ${escape(run)}, trace ${escape(trace)}; stopped by ${escape(report.stopped_by)}.`,
      ...(report.record === undefined ? [] : [escape(report.record)]),
    ]),
  ]
  return `${lines.join('\n')}\n`
}
