import type { DecisionReport, ReportAction, ReportCause } from './decision-report.ts'
import { escapeMarkdown as escape } from './printable.ts'
import { type BriefAction, describeSweep, type SweepIssue, type SweepReport, type UnseenGroup } from './sweep-report.ts'

/* Reports as markdown, for a ticket or a chat. They say the same as the text for a terminal. */

/** The report of a decision. */
export function renderMarkdown(report: DecisionReport): string {
  const chain = report.chain.map(({ from, to, because }) => {
    return `- ${escape(from)} → ${escape(to)}${because ? `: ${escape(because)}` : ''}`
  })
  const gaps = report.gaps.map(({ what, why, needs }) => `- ${escape(what)}: ${escape(why)} (needs ${escape(needs)})`)
  const kind = report.outcome === 'issue' ? ` (${report.severity}, ${escape(report.category)})` : ''
  const lines = [
    `# ${report.outcome}: ${escape(report.subject)}${kind}`,
    '',
    `${escape(report.summary)} Confidence: ${report.confidence}.`,
    ...section(report.causes.length === 1 ? 'Cause' : 'Causes', report.causes.map(causeLine)),
    ...section('Do this', report.action ? actionLines(report.action) : []),
    ...section(
      'Other actions',
      report.others.map((other) => `- ${escape(other)}`),
    ),
    ...section('Evidence', report.causes.flatMap(factLines)),
    ...section('Consequences', chain),
    ...section('Not seen', gaps),
    ...section('Details', [
      escape(report.details),
      ...(report.record === undefined ? [] : ['', escape(report.record)]),
    ]),
  ]
  return `${lines.join('\n')}\n`
}

/** A value to be copied: a code span whose fence is longer than any run of backticks within. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`
}

function causeLine(cause: ReportCause): string {
  return `- **${escape(cause.title)}**: ${escape(cause.statement)}`
}

function factLines(cause: ReportCause): string[] {
  const facts = cause.facts.map(({ source, statement, where, untrusted }) => {
    const trust = untrusted ? ', text of the workload, not trusted' : ''
    return `- ${source}: ${escape(statement)} (${escape(where)}${trust})`
  })
  return [...facts, ...(cause.more_facts > 0 ? [`- and ${cause.more_facts} more in the record`] : [])]
}

function actionLines({ title, reason, params, needs, notes, approval }: ReportAction): string[] {
  return [
    `**${escape(title)}**: ${escape(reason)}`,
    '',
    ...params.map(
      ({ name, value, from }) => `- ${escape(name)} = ${code(value)}${from ? ` (from ${escape(from)})` : ''}`,
    ),
    ...needs.map(({ param, ask }) => `- **${escape(param)}** must be given: ${escape(ask)}`),
    ...notes.map((note) => `- ${escape(note)}`),
    `- ${approval}`,
  ]
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines]
}

/** The summary of a sweep. */
export function renderSweepMarkdown(report: SweepReport): string {
  const { title, lines } = describeSweep(report)
  const page = [
    `# ${escape(title)}`,
    ...lines.flatMap((line) => ['', escape(line)]),
    ...section('Issues, the worst first', report.issues.flatMap(issueLines)),
    ...section('Unknown', report.unknown.flatMap(unseenLines)),
    ...section('Answered, but not everything could be seen', report.partly_seen.flatMap(unseenLines)),
  ]
  return `${page.join('\n')}\n`
}

function issueLines({ severity, namespaces, causes, summary, action }: SweepIssue): string[] {
  const several = namespaces.length > 1
  const where = several ? `${namespaces.length} namespaces` : escape(namespaces.join(''))
  const lines = causes.map(({ resource, mechanism, statement }) => {
    return `**${escape(resource)}** (${escape(mechanism)}): ${escape(statement)}`
  })
  const [first = escape(summary), ...others] = lines
  return [
    `- **${severity} ${where}**: ${first}`,
    ...(several ? [`  - affects: ${namespaces.map(escape).join(', ')}`] : []),
    ...others.map((other) => `  - and ${other}`),
    ...(action ? briefActionLines(action) : []),
  ]
}

function briefActionLines({ title, reason, params, needs, denied }: BriefAction): string[] {
  return [
    `  - do: **${escape(title)}**: ${escape(reason)}${params ? ` (${escape(params)})` : ''}`,
    ...needs.map((need) => `    - ${escape(need)}`),
    ...(denied === undefined ? [] : [`    - the safety check denies it: ${escape(denied)}`]),
  ]
}

function unseenLines({ namespaces, missing }: UnseenGroup): string[] {
  return [`- **${namespaces.map(escape).join(', ')}**`, ...missing.map((line) => `  - ${escape(line)}`)]
}
