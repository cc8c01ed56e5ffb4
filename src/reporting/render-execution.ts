import type { Execution, ObservedAfter } from '#src/domain/execution.ts'
import { nameResource, printable } from './printable.ts'
import { type ChangeView, nameOfPlan, putPlan, titleOfPlan } from './render-plan.ts'
import { spanWords } from './span-words.ts'
import { createPage, type Page, putTable, type TextOptions, type Tone } from './text-page.ts'

const tones: Record<Execution['status'], Tone> = {
  running: 'yellow',
  done: 'green',
  failed: 'red',
  abandoned: 'dim',
  timed_out: 'red',
}

const outcomeTones: Record<ObservedAfter['state'], Tone> = {
  gone: 'green',
  changed: 'yellow',
  still_there: 'red',
  unknown: 'yellow',
}

const outcomeWords: Record<ObservedAfter['state'], string> = {
  gone: 'The problem is over',
  changed: 'The causes are gone, but something else is wrong',
  still_there: 'The causes are still there',
  unknown: 'The outcome is unknown',
}

/** An execution: who carries it out, what is done, and what a run observed afterwards. */
export function renderExecution(
  execution: Execution,
  { view, options }: { view: ChangeView; options: TextOptions },
): string {
  const page = createPage(options)
  const status = page.paint(tones[execution.status], execution.status.toUpperCase())
  page.lines.push(`${status}  ${titleOfPlan(execution.action)}`)
  for (const line of describeStatus(execution, view.now)) page.put(printable(line))
  if (execution.status === 'done' || execution.observed_after) putOutcome(page, execution)
  page.heading('Plan')
  putPlan(page, execution.action)
  if (execution.causes.length > 0) page.heading('Causes that it should remove')
  for (const { resource, mechanism } of execution.causes)
    page.put(printable(`${nameResource(resource)} (${mechanism})`), '  ')
  page.heading('Details')
  putDetails(page, execution)
  putNext(page, execution, view)
  return `${page.lines.join('\n')}\n`
}

function describeStatus(execution: Execution, now: number): string[] {
  const { status, started_at, started_by, expires_at, ended_at, ended_by, note } = execution
  const began = `${started_by} began ${spanWords(now - Date.parse(started_at))} ago (${started_at}).`
  const left = `${spanWords(Date.parse(expires_at) - now)} (until ${expires_at})`
  const by = ended_by === undefined ? '' : `, reported by ${ended_by}`
  const ended = `${by}${ended_at === undefined ? '' : ` at ${ended_at}`}.`
  const words: Record<Execution['status'], string> = {
    running: `The end can be reported for another ${left}. Until then nobody else can begin on the same target.`,
    done: `Carried out${ended}`,
    failed: `Not or not wholly carried out${ended}`,
    abandoned: `Given up before anything was changed${ended}`,
    timed_out: `The end was not reported in time, so the result is unknown. ${started_by} can still report it.`,
  }
  return [began, words[status], ...(note === undefined ? [] : [`Note: ${note}`])]
}

function putOutcome(page: Page, { observed_after }: Execution): void {
  page.heading('Outcome')
  if (!observed_after) return page.put('No run has checked it yet.', '  ')
  const { state, because, run_id, at } = observed_after
  page.put(printable(`${outcomeWords[state]}: ${because}`), '  ', outcomeTones[state])
  page.put(printable(`Run ${run_id} checked this once, at ${at}. It may change later.`), '  ', 'dim')
}

function putDetails(page: Page, { id, incident_id, run_id, approval_id, plan_hash }: Execution): void {
  const approval = approval_id === undefined ? '' : `, approval ${approval_id}`
  page.put(printable(`execution ${id}, incident ${incident_id}, run ${run_id}${approval}`), '  ', 'dim')
  page.lines.push(`  plan hash ${printable(plan_hash)}`)
}

function putNext(page: Page, { id, status }: Execution, { commandLine }: ChangeView): void {
  if (status !== 'running' && status !== 'timed_out') return
  page.heading('To report how it ended')
  for (const [end, ...more] of [['done'], ['failed', '--note', ''], ['abandoned']] as [string, ...string[]][])
    page.lines.push(`  ${commandLine(['executions', 'end', id, '--status', end, ...more])}`)
}

/** Executions as a table. */
export function renderExecutionList(executions: readonly Execution[], now: number, options: TextOptions): string {
  const page = createPage(options)
  putTable(page, {
    head: ['ID', 'STATUS', 'AGE', 'BY', 'OUTCOME', 'ACTION'],
    rows: executions.map((execution) => [
      execution.id,
      execution.status,
      spanWords(now - Date.parse(execution.started_at)),
      execution.started_by,
      execution.observed_after?.state.replace('_', ' ') ?? '-',
      nameOfPlan(execution.action),
    ]),
    fold: 3,
    width: options.width,
  })
  return `${page.lines.join('\n')}\n`
}
