import type { DecisionReport, ReportAction, ReportCause } from './decision-report.ts'
import { createPage, type Page, percent, type TextOptions, type Tone } from './text-page.ts'

const tones: Record<DecisionReport['outcome'], Tone> = {
  issue: 'red',
  healthy: 'green',
  recovered: 'green',
  unknown: 'yellow',
}

/** Numbers where there is more than one. */
function leadOf(index: number, causes: ReportCause[]): string {
  return causes.length > 1 ? `  ${index + 1}. ` : '  '
}

/** The cause in words; the summary's own words are not said twice. */
function putCause(page: Page, cause: ReportCause, lead: string, summary: string): void {
  page.put(`${cause.resource}: ${cause.mechanism} (${percent(cause.confidence)})`, lead, 'bold')
  if (!summary.startsWith(cause.statement.replace(/\.$/, ''))) page.put(cause.statement, ' '.repeat(lead.length))
}

function putAction(page: Page, action: ReportAction): void {
  page.put(`${action.kind} ${action.target}`, '  ', 'bold')
  page.put(action.reason, '  ')
  for (const param of action.params) page.put(`${param.name} = ${param.value}${fromWhere(param.from)}`, '    ')
  for (const need of action.needs) page.put(`needs ${need.param}: ${need.ask}`, '    ', 'yellow')
  page.put(`risk ${action.risk}, ${action.reversible ? 'reversible' : 'not reversible'}`, '  ')
  page.put(`would it resolve this? ${action.what_if}`, '  ')
  page.put(`guard: ${action.guard}`, '  ', 'dim')
  page.put(`approval: ${action.approval}`, '  ')
}

function fromWhere(source: string | undefined): string {
  return source ? `  (from ${source})` : ''
}

function putEvidence(page: Page, causes: ReportCause[]): void {
  page.heading('Evidence')
  for (const [index, cause] of causes.entries()) {
    const lead = leadOf(index, causes)
    for (const fact of cause.facts) {
      const source = fact.claimed ? `${fact.source}, untrusted text` : fact.source
      page.put(`${fact.id} [${source}] ${fact.statement}`, lead)
      page.put(fact.where, ' '.repeat(lead.length + 2), 'dim')
    }
    if (cause.more_facts > 0) page.put(`and ${cause.more_facts} more in the record`, lead, 'dim')
  }
}

function putChain(page: Page, report: DecisionReport): void {
  page.heading('What follows from it')
  for (const link of report.chain) {
    page.put(`${link.from} -> ${link.to}`, '  ')
    if (link.because) page.put(link.because, '    ', 'dim')
  }
}

function putGaps(page: Page, report: DecisionReport): void {
  page.heading('What could not be seen')
  for (const gap of report.gaps) page.put(`${gap.what}: ${gap.why}; needs ${gap.needs}`, '  - ')
}

function putRecord(page: Page, report: DecisionReport): void {
  page.heading('Record')
  const { incident, run, trace } = report.ids
  page.put(`incident ${incident}, run ${run}, trace ${trace}; stopped by ${report.stopped_by}`, '  ', 'dim')
  page.put(report.record ?? 'not kept: the store of this answer was a temporary one', '  ', 'dim')
}

/** What a person must know who reads no further: the verdict, how sure it is, and whether something was out of sight. */
function putVerdict(page: Page, report: DecisionReport): void {
  const kind = report.outcome === 'issue' ? [report.severity, report.category] : []
  const title = [report.outcome.toUpperCase(), ...kind, report.service].join('  ').trim()
  page.lines.push(page.paint(tones[report.outcome], title) + `  confidence ${percent(report.confidence)}`)
  page.put(report.summary)
  const unseen = report.gaps.length
  if (unseen > 0 && report.outcome !== 'unknown')
    page.put(`${unseen === 1 ? 'One thing' : `${unseen} things`} could not be seen, see below.`, '', 'yellow')
}

/** The report for a terminal: verdict, cause, what to do, then what that rests on. Without colour it is plain text. */
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
  if (report.gaps.length > 0) putGaps(page, report)
  if (causes.some((cause) => cause.facts.length > 0)) putEvidence(page, causes)
  if (report.chain.length > 0) putChain(page, report)
  putRecord(page, report)
  return `${page.lines.join('\n')}\n`
}
