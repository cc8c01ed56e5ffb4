import { escapeMarkdown as escape } from './escape-markdown.ts'
import type { BriefAction } from './namespace-brief.ts'
import { sweepLines } from './sweep-lines.ts'
import type { SweepIssue, SweepReport, UnseenGroup } from './sweep-report.ts'

function actionLines({ kind, target, reason, params, needs, denied }: BriefAction): string[] {
  return [
    `  - do: **${kind}** ${escape(target)}: ${escape(reason)}${params ? ` (${escape(params)})` : ''}`,
    ...needs.map((need) => `    - needs ${escape(need)}`),
    ...(denied === undefined ? [] : [`    - the guard denies it: ${escape(denied)}`]),
  ]
}

function issueLines({ severity, namespaces, causes, summary, action }: SweepIssue): string[] {
  const several = namespaces.length > 1
  const where = several ? `${namespaces.length} namespaces` : escape(namespaces.join(''))
  const told = causes.map(({ resource, mechanism, statement }) => {
    return `**${escape(resource)}**: ${mechanism}. ${escape(statement)}`
  })
  const [first = escape(summary), ...others] = told
  return [
    `- **${severity} ${where}**: ${first}`,
    ...(several ? [`  - suffering: ${namespaces.map(escape).join(', ')}`] : []),
    ...others.map((other) => `  - and ${other}`),
    ...(action ? actionLines(action) : []),
  ]
}

function unseenLines({ namespaces, missing }: UnseenGroup): string[] {
  return [`- **${namespaces.map(escape).join(', ')}**`, ...missing.map((line) => `  - ${escape(line)}`)]
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines]
}

/** The summary of a sweep as markdown, for a ticket or a chat. */
export function renderSweepMarkdown(report: SweepReport): string {
  const { title, lines } = sweepLines(report)
  const page = [
    `# ${escape(title)}`,
    ...lines.flatMap((line) => ['', escape(line)]),
    ...section('Issues, worst first', report.issues.flatMap(issueLines)),
    ...section('Unknown', report.unknown.flatMap(unseenLines)),
    ...section('Answered, but not everything could be seen', report.partly_seen.flatMap(unseenLines)),
  ]
  return `${page.join('\n')}\n`
}
