import type { DecisionReport, ReportAction, ReportCause } from './decision-report.ts'
import {
  type BriefAction,
  type BriefCause,
  describeSweep,
  type SweepIssue,
  type SweepReport,
  type UnseenGroup,
} from './sweep-report.ts'
import { createPage, type Page, type TextOptions, type Tone } from './text-page.ts'

/* Reports for a terminal. Without colour they are plain text. */

const outcomeTones: Record<DecisionReport['outcome'], Tone> = {
  issue: 'red',
  healthy: 'green',
  recovered: 'green',
  unknown: 'yellow',
}

/** The report of a decision: verdict, cause, what to do, then the evidence. */
export function renderText(report: DecisionReport, options: TextOptions): string {
  const page = createPage(options)
  const { causes, action, others } = report
  putVerdict(page, report)
  if (causes.length > 0) page.heading(causes.length === 1 ? 'Cause' : 'Causes')
  for (const [index, cause] of causes.entries()) putCause(page, cause, leadOf(index, causes), report.summary)
  if (action) {
    page.heading('Do this')
    putAction(page, action)
  }
  if (others.length > 0) page.heading('Other actions')
  for (const other of others) page.put(other, '  - ')
  if (causes.some((cause) => cause.facts.length > 0)) putEvidence(page, causes)
  if (report.chain.length > 0) putChain(page, report)
  if (report.gaps.length > 0) putGaps(page, report)
  page.heading('Details')
  page.put(report.details, '  ', 'dim')
  page.put(report.record ?? 'not kept, because this decision was in a temporary store', '  ', 'dim')
  return `${page.lines.join('\n')}\n`
}

/** What a person must know who reads no further: the verdict, the confidence, and whether something could not be seen. */
function putVerdict(page: Page, report: DecisionReport): void {
  const isIssue = report.outcome === 'issue'
  const words = [report.outcome.toUpperCase(), isIssue ? report.severity : '', report.subject].filter(Boolean)
  const category = isIssue ? `  (${report.category})` : ''
  page.lines.push(page.paint(outcomeTones[report.outcome], words.join('  ')) + category)
  page.put(report.summary)
  const unseen = report.gaps.length
  const hint = unseen === 0 ? '' : ` ${unseen === 1 ? 'One thing' : `${unseen} things`} could not be seen, see below.`
  page.put(`Confidence: ${report.confidence}.${hint}`, '', unseen > 0 ? 'yellow' : undefined)
}

/** Numbers where there is more than one. */
function leadOf(index: number, causes: ReportCause[]): string {
  return causes.length > 1 ? `  ${index + 1}. ` : '  '
}

/** The cause in words, unless the summary has said it already. */
function putCause(page: Page, cause: ReportCause, lead: string, summary: string): void {
  page.put(cause.title, lead, 'bold')
  if (!summary.startsWith(cause.statement.replace(/\.$/, ''))) page.put(cause.statement, ' '.repeat(lead.length))
}

function putAction(page: Page, action: ReportAction): void {
  page.put(action.title, '  ', 'bold')
  page.put(action.reason, '  ')
  for (const { name, value, from } of action.params)
    page.put(`${name} = ${value}${from ? `  (from ${from})` : ''}`, '    ')
  for (const { param, ask } of action.needs) page.put(`${param} must be given: ${ask}`, '    ', 'yellow')
  for (const note of [...action.notes, action.approval]) page.put(note, '  ')
}

function putEvidence(page: Page, causes: ReportCause[]): void {
  page.heading('Evidence')
  for (const [index, cause] of causes.entries()) {
    const lead = leadOf(index, causes)
    for (const { source, statement, where, untrusted } of cause.facts) {
      const label = lead + source.padEnd(8)
      page.put(statement, label)
      page.put(`${where}${untrusted ? ' (text of the workload, not trusted)' : ''}`, ' '.repeat(label.length), 'dim')
    }
    if (cause.more_facts > 0) page.put(`and ${cause.more_facts} more in the record`, lead, 'dim')
  }
}

function putChain(page: Page, report: DecisionReport): void {
  page.heading('Consequences')
  for (const link of report.chain) {
    page.put(`${link.from} -> ${link.to}`, '  ')
    if (link.because) page.put(link.because, '    ', 'dim')
  }
}

function putGaps(page: Page, report: DecisionReport): void {
  page.heading('Not seen')
  for (const { what, why, needs } of report.gaps) page.put(`${what}: ${why} (needs ${needs})`, '  - ')
}

const severityTones: Record<SweepIssue['severity'], Tone> = {
  P1: 'red',
  P2: 'red',
  P3: 'yellow',
  P4: 'bold',
  P5: 'bold',
}
const indent = ' '.repeat(6)

/** The summary of a sweep: the worst first, then what is unknown. */
export function renderSweepText(report: SweepReport, options: TextOptions): string {
  const page = createPage(options)
  const { title, lines } = describeSweep(report)
  const { issue, unknown } = report.totals
  page.put(title, '', issue > 0 ? 'red' : unknown > 0 ? 'yellow' : 'green')
  for (const line of lines) page.put(line)
  if (report.issues.length > 0) page.heading('Issues, the worst first')
  for (const entry of report.issues) putIssue(page, entry)
  putUnseen(page, 'Unknown', report.unknown)
  putUnseen(page, 'Answered, but not everything could be seen', report.partly_seen)
  if (issue + unknown > 0) {
    page.lines.push('')
    page.put('One of them in full: sre-agent decide -n NAMESPACE', '', 'dim')
  }
  return `${page.lines.join('\n')}\n`
}

function putIssue(page: Page, issue: SweepIssue): void {
  const [namespace, ...more] = issue.namespaces
  const own = more.length === 0 ? namespace : undefined
  const title = ({ resource, mechanism }: BriefCause) => `${withoutNamespace(resource, own)} (${mechanism})`
  const [first, ...others] = issue.causes
  const where = own ?? `${issue.namespaces.length} namespaces`
  page.put(`${where}: ${first ? title(first) : issue.summary}`, `  ${issue.severity}  `, severityTones[issue.severity])
  if (first) page.put(first.statement, indent)
  if (more.length > 0) page.put(issue.namespaces.join(', '), `${indent}affects: `)
  for (const cause of others) {
    page.put(title(cause), `${indent}and `, 'bold')
    page.put(cause.statement, `${indent}    `)
  }
  if (issue.action) putBriefAction(page, issue.action, own)
}

function putBriefAction(page: Page, action: BriefAction, own: string | undefined): void {
  const { title, reason, params, needs, denied } = action
  page.put(`${withoutNamespace(title, own)}: ${reason}`, `${indent}do: `)
  if (params) page.put(params, `${indent}    `)
  for (const need of needs) page.put(need, `${indent}    `, 'yellow')
  if (denied !== undefined) page.put(`the safety check denies it: ${denied}`, `${indent}    `, 'yellow')
}

/** The namespace of the heading is not repeated. */
function withoutNamespace(name: string, namespace: string | undefined): string {
  const suffix = ` in ${namespace}`
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : name
}

function putUnseen(page: Page, title: string, groups: UnseenGroup[]): void {
  if (groups.length > 0) page.heading(title)
  for (const { namespaces, missing } of groups) {
    page.put(namespaces.join(', '), '  ', 'yellow')
    for (const line of missing) page.put(line, `${indent}- `)
  }
}
