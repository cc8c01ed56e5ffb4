import type { DecisionReport, ReportAction, ReportCause } from './decision-report.ts'
import { wrapText } from './wrap-text.ts'

export interface TextOptions {
  colour: boolean
  /** Columns to wrap at. */
  width: number
}

type Tone = 'red' | 'green' | 'yellow' | 'bold' | 'dim'
type Paint = (tone: Tone, text: string) => string

const codes: Record<Tone, number> = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 }
const tones: Record<DecisionReport['outcome'], Tone> = {
  issue: 'red',
  healthy: 'green',
  recovered: 'green',
  unknown: 'yellow',
}
const plain: Paint = (_, text) => text
const coloured: Paint = (tone, text) => `\u001b[${codes[tone]}m${text}\u001b[0m`

const percent = (part: number): string => `${Math.round(part * 100)} %`

interface Page {
  paint: Paint
  /** Lines wrapped, with this in front of the first and blanks in front of the rest. */
  put(text: string, lead?: string, tone?: Tone): void
  heading(text: string): void
}

function createPage(lines: string[], { colour, width }: TextOptions): Page {
  const paint = colour ? coloured : plain
  return {
    paint,
    put: (text, lead = '', tone) => {
      const rest = ' '.repeat(lead.length)
      const wrapped = wrapText(text, Math.max(20, width - lead.length))
      lines.push(...wrapped.map((line, index) => (index === 0 ? lead : rest) + (tone ? paint(tone, line) : line)))
    },
    heading: (text) => lines.push('', paint('bold', text)),
  }
}

function putCause(page: Page, cause: ReportCause, number: number): void {
  page.put(`${cause.resource}: ${cause.mechanism} (${percent(cause.confidence)})`, `  ${number}. `, 'bold')
  page.put(cause.statement, '     ')
  for (const fact of cause.facts) {
    const source = fact.claimed ? `${fact.source}, untrusted text` : fact.source
    page.put(`${fact.id} [${source}] ${fact.statement}`, '     - ')
    page.put(fact.where, '       ', 'dim')
  }
  if (cause.more_facts > 0) page.put(`and ${cause.more_facts} more in the record`, '     - ', 'dim')
}

function putAction(page: Page, action: ReportAction): void {
  page.put(`${action.kind} ${action.target}`, '  ', 'bold')
  page.put(action.reason, '  ')
  for (const param of action.params) {
    page.put(`${param.name} = ${param.value}`, '    ')
    if (param.from) page.put(`from: ${param.from}`, '      ', 'dim')
  }
  for (const need of action.needs) page.put(`needs ${need.param}: ${need.ask}`, '    ', 'yellow')
  page.put(`risk ${action.risk}, ${action.reversible ? 'reversible' : 'not reversible'}`, '  ')
  page.put(`would resolve it: ${action.what_if}`, '  ')
  page.put(`guard: ${action.guard}`, '  ')
  page.put(`approval: ${action.approval}`, '  ')
}

function putChain(page: Page, report: DecisionReport): void {
  page.heading('What follows from it')
  for (const link of report.chain) {
    page.put(`${link.from} -> ${link.to}`, '  ')
    page.put(link.because, '    ', 'dim')
  }
}

function putGaps(page: Page, report: DecisionReport): void {
  page.heading('What could not be seen')
  for (const gap of report.gaps) page.put(`${gap.what}: ${gap.why}; needs ${gap.needs}`, '  - ')
}

function putRecord(page: Page, report: DecisionReport): void {
  page.heading('Record')
  const { incident, run, trace } = report.ids
  page.put(`incident ${incident}, run ${run}, trace ${trace}; stopped by ${report.stopped_by}`, '  ')
  page.put(report.record ?? 'not kept: the store of this answer was a temporary one', '  ')
}

/** The report for a terminal. Without colour it is plain text. */
export function renderText(report: DecisionReport, options: TextOptions): string {
  const lines: string[] = []
  const page = createPage(lines, options)
  const title = `${report.outcome.toUpperCase()}  ${report.severity}  ${report.category}  ${report.service}`
  lines.push(page.paint(tones[report.outcome], title.trim()) + `  confidence ${percent(report.confidence)}`)
  page.put(report.summary)
  if (report.causes.length > 0) page.heading(report.causes.length === 1 ? 'Root cause' : 'Root causes')
  for (const [index, cause] of report.causes.entries()) putCause(page, cause, index + 1)
  if (report.chain.length > 0) putChain(page, report)
  if (report.action) {
    page.heading('First action')
    putAction(page, report.action)
  }
  if (report.others.length > 0) page.heading('Other actions')
  for (const other of report.others) page.put(other, '  - ')
  if (report.gaps.length > 0) putGaps(page, report)
  putRecord(page, report)
  return `${lines.join('\n')}\n`
}
