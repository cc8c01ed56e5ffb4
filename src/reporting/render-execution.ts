import type { Execution, ObservedAfter } from '#src/domain/execution.ts'
import type { ChangeView } from './change-view.ts'
import { nameResource } from './name-resource.ts'
import { printable } from './printable.ts'
import { nameOfPlan, putPlan } from './put-plan.ts'
import { spanWords } from './span-words.ts'
import { createPage, type Page, type TextOptions, type Tone } from './text-page.ts'

const tones: Record<Execution['status'], Tone> = {
  running: 'yellow',
  done: 'green',
  failed: 'red',
  abandoned: 'dim',
  timed_out: 'red',
}

const seenTones: Record<ObservedAfter['state'], Tone> = {
  gone: 'green',
  changed: 'yellow',
  still_there: 'red',
  unknown: 'yellow',
}

const seenWords: Record<ObservedAfter['state'], string> = {
  gone: 'the problem is over',
  changed: 'what was aimed at is gone, and something else is wrong',
  still_there: 'what was aimed at is still there',
  unknown: 'not known',
}

/** An execution: who is at it, what is done, and what a run has seen after it. */
export function renderExecution(
  execution: Execution,
  { view, options }: { view: ChangeView; options: TextOptions },
): string {
  const page = createPage(options)
  page.lines.push(
    `${page.paint(tones[execution.status], execution.status.toUpperCase())}  ${nameOfPlan(execution.action)}`,
  )
  for (const line of standing(execution, view.now)) page.put(printable(line))
  if (execution.status === 'done' || execution.observed_after) putSeen(page, execution)
  page.heading('Plan')
  putPlan(page, execution.action)
  if (execution.causes.length > 0) page.heading('To remove')
  for (const { resource, mechanism } of execution.causes)
    page.put(printable(`${nameResource(resource)}: ${mechanism}`), '  ')
  page.heading('Record')
  putRecord(page, execution)
  putNext(page, execution, view)
  return `${page.lines.join('\n')}\n`
}

function standing(execution: Execution, now: number): string[] {
  const { status, started_at, started_by, expires_at, ended_at, ended_by, note } = execution
  const began = `${started_by} began ${spanWords(now - Date.parse(started_at))} ago (${started_at}).`
  const left = `${spanWords(Date.parse(expires_at) - now)} (until ${expires_at})`
  const ended = `${ended_by === undefined ? 'Ended' : `${ended_by} said how it ended`}${ended_at === undefined ? '' : ` at ${ended_at}`}`
  const words: Record<Execution['status'], string> = {
    running: `How it ended can be told for ${left}; nobody else may begin on the same target meanwhile.`,
    done: `${ended}: it was carried out.`,
    failed: `${ended}: it could not be carried out, or not wholly.`,
    abandoned: `${ended}: given up before anything was changed.`,
    timed_out: `Nobody has reported in time how it ended, so that is not known; ${started_by} still may.`,
  }
  return [began, words[status], ...(note === undefined ? [] : [`Note: ${note}`])]
}

function putSeen(page: Page, { observed_after }: Execution): void {
  page.heading('Seen after it')
  if (!observed_after) return page.put('no run has looked since', '  ')
  const { state, because, run_id, at } = observed_after
  page.put(printable(`${seenWords[state]}: ${because}`), '  ', seenTones[state])
  page.put(printable(`one look of run ${run_id} at ${at}; no proof that it lasts`), '  ', 'dim')
}

function putRecord(page: Page, { id, incident_id, run_id, approval_id, plan_hash }: Execution): void {
  const leave = approval_id === undefined ? '' : `, approval ${approval_id}`
  page.put(printable(`execution ${id}, incident ${incident_id}, run ${run_id}${leave}`), '  ', 'dim')
  page.lines.push(`  plan hash ${printable(plan_hash)}`)
}

function putNext(page: Page, { id, status }: Execution, { commandLine }: ChangeView): void {
  if (status !== 'running' && status !== 'timed_out') return
  page.heading('To say how it ended')
  for (const [end, ...more] of [['done'], ['failed', '--note', ''], ['abandoned']] as [string, ...string[]][])
    page.lines.push(`  ${commandLine(['executions', 'end', id, '--status', end, ...more])}`)
}
