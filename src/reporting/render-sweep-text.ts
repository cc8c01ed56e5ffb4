import type { BriefAction, BriefCause } from './namespace-brief.ts'
import { sweepLines } from './sweep-lines.ts'
import type { SweepIssue, SweepReport, UnseenGroup } from './sweep-report.ts'
import { createPage, type Page, type TextOptions, type Tone } from './text-page.ts'

const tones: Record<SweepIssue['severity'], Tone> = { P1: 'red', P2: 'red', P3: 'yellow', P4: 'bold', P5: 'bold' }
const indent = ' '.repeat(6)

/** What stands in the heading is not said again. */
function shortName(resource: string, namespace: string | undefined): string {
  const suffix = ` in ${namespace}`
  return resource.endsWith(suffix) ? resource.slice(0, -suffix.length) : resource
}

function putAction(page: Page, action: BriefAction, own: string | undefined): void {
  const { kind, target, reason, params, needs, denied } = action
  page.put(`${kind} ${shortName(target, own)}: ${reason}`, `${indent}do: `)
  if (params) page.put(params, `${indent}    `)
  for (const need of needs) page.put(`needs ${need}`, `${indent}    `, 'yellow')
  if (denied !== undefined) page.put(`the guard denies it: ${denied}`, `${indent}    `, 'yellow')
}

function putIssue(page: Page, issue: SweepIssue): void {
  const [namespace, ...more] = issue.namespaces
  const own = more.length === 0 ? namespace : undefined
  const title = ({ resource, mechanism }: BriefCause) => `${shortName(resource, own)} (${mechanism})`
  const [first, ...others] = issue.causes
  const where = own ?? `${issue.namespaces.length} namespaces`
  page.put(`${where}: ${first ? title(first) : issue.summary}`, `  ${issue.severity}  `, tones[issue.severity])
  if (first) page.put(first.statement, indent)
  if (more.length > 0) page.put(issue.namespaces.join(', '), `${indent}suffering: `)
  for (const cause of others) {
    page.put(title(cause), `${indent}and `, 'bold')
    page.put(cause.statement, `${indent}    `)
  }
  if (issue.action) putAction(page, issue.action, own)
}

function putUnseen(page: Page, title: string, groups: UnseenGroup[]): void {
  if (groups.length > 0) page.heading(title)
  for (const { namespaces, missing } of groups) {
    page.put(namespaces.join(', '), '  ', 'yellow')
    for (const line of missing) page.put(line, `${indent}- `)
  }
}

/** The summary of a sweep for a terminal: worst first, then what is not known. Without colour it is plain text. */
export function renderSweepText(report: SweepReport, options: TextOptions): string {
  const page = createPage(options)
  const { title, lines } = sweepLines(report)
  const { issue, unknown } = report.totals
  page.put(title, '', issue > 0 ? 'red' : unknown > 0 ? 'yellow' : 'green')
  for (const line of lines) page.put(line)
  if (report.issues.length > 0) page.heading('Issues, worst first')
  for (const entry of report.issues) putIssue(page, entry)
  putUnseen(page, 'Unknown', report.unknown)
  putUnseen(page, 'Answered, but not everything could be seen', report.partly_seen)
  if (issue + unknown > 0) {
    page.lines.push('')
    page.put('The whole decision about one of them: sre-agent decide -n NAMESPACE', '', 'dim')
  }
  return `${page.lines.join('\n')}\n`
}
