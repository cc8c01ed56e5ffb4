import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '#src/adapters/sql/store.ts'
import { openSqliteStore } from '#src/adapters/sqlite/open-sqlite-store.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import type { IncidentRecord } from '#src/domain/incident-record.ts'
import { IncidentNotifier } from '#src/incidents/incident-notifier.ts'
import type { QueueStore } from '#src/incidents/port.ts'
import { startWorker, type Worker } from '#src/incidents/worker.ts'
import type { WorkerDeps } from '#src/incidents/worker-deps.ts'
import type { SignalIntake } from '#src/intake/signal-intake.ts'
import { admit, crashOf, intakeOver } from '#test/helpers/admit-incident.ts'
import { answerFor } from '#test/helpers/answer-for.ts'
import { quietLogger } from '#test/helpers/quiet-logger.ts'
import { ScriptedInvestigator } from '#test/helpers/scripted-investigator.ts'

let store: Store
let intake: SignalIntake
let investigator: ScriptedInvestigator
let logger: ReturnType<typeof quietLogger>
let notifier: IncidentNotifier
let workers: Worker[]
let count: number
let time: number

const newId = (prefix: string) => `${prefix}_${++count}`
const now = () => time

function workerOf(limits: Partial<WorkerDeps['limits']> = {}, over: Partial<WorkerDeps> = {}): Worker {
  const worker = startWorker({
    store: store.queue,
    investigator,
    logger,
    limits: {
      capacity: 2,
      global: 3,
      lease_ms: 30_000,
      run_ms: 60_000,
      max_failures: 3,
      quiet_ms: 86_400_000,
      poll_ms: 5,
      ...limits,
    },
    owner: newId('worker'),
    newId,
    now,
    monotonic: () => performance.now(),
    random: () => 0,
    after: () => ({ approvals: [], observe: () => ({ state: 'unknown', because: '', run_id: '', at: '' }) }),
    onEnded: (id) => notifier.notify(id),
    ...over,
  })
  workers.push(worker)
  return worker
}

/** The incident as soon as it fits. */
async function until(id: string, fits: (record: IncidentRecord) => boolean): Promise<IncidentRecord> {
  for (;;) {
    const record = await store.archive.get(id)
    if (record && fits(record)) return record
    await notifier.wait(id, 5, new AbortController().signal)
  }
}
const isStatus = (status: IncidentRecord['status']) => (record: IncidentRecord) => record.status === status

async function submit(name: string): Promise<string> {
  const { incident_id } = await admit(intake, crashOf(name))
  if (!incident_id) throw new Error('no incident')
  return incident_id
}

function answer(index: number, over: Parameters<typeof answerFor>[1] = {}): void {
  const open = investigator.open[index]
  if (!open) throw new Error(`investigation ${index} has not begun`)
  open.answer.resolve(answerFor(open, { outcome: 'issue', ...over }))
}

const kinds = async (id: string) => (await store.archive.timeline(id, 0, 100)).map((entry) => entry.kind)

beforeEach(async () => {
  store = await openSqliteStore(':memory:')
  investigator = new ScriptedInvestigator()
  logger = quietLogger()
  notifier = new IncidentNotifier()
  workers = []
  count = 0
  time = Date.parse('2026-11-26T12:00:00.000Z')
  intake = intakeOver(store, now, newId)
})
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.drain(0)))
  await store.close()
})

describe('src/incidents/worker', () => {
  it('runs what is queued, stores the decision and then clears the scaffolding away', async () => {
    const id = await submit('web')
    workerOf()
    await investigator.begun(1)
    expect(await store.archive.get(id)).toMatchObject({ status: 'running' })
    answer(0, { summary: 'found' })
    const record = await until(id, isStatus('done'))
    expect(record.decision).toMatchObject({ summary: 'found', incident_id: id, run_id: investigator.open[0]?.run_id })
    expect(await kinds(id)).toEqual(['opened', 'claimed', 'decided'])
    await until(id, () => investigator.forgotten.length === 1)
  })

  it('closes what is healthy, and keeps open what is not', async () => {
    const [well, ill] = [await submit('well'), await submit('ill')]
    workerOf()
    await investigator.begun(2)
    answer(0, { outcome: 'healthy' })
    answer(1)
    expect((await until(well, isStatus('closed'))).status_reason).toContain('healthy')
    await until(ill, isStatus('done'))
  })

  it('never exceeds its own capacity nor the limit of all workers', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await submit(name)
    const [first, second] = [workerOf({ capacity: 2, global: 3 }), workerOf({ capacity: 2, global: 3 })]
    await investigator.begun(3)
    expect(first.running() + second.running()).toBe(3)
    expect(Math.max(first.running(), second.running())).toBe(2)
    answer(0)
    await investigator.begun(4)
    expect(first.running() + second.running()).toBeLessThanOrEqual(3)
  })

  it('writes the steps of a run into the history while it runs', async () => {
    const id = await submit('web')
    workerOf()
    await investigator.begun(1)
    investigator.open[0]?.onStep('observe', 12)
    await until(id, () => true)
    answer(0)
    await until(id, isStatus('done'))
    const steps = (await store.archive.timeline(id, 0, 100)).filter((entry) => entry.kind === 'step')
    expect(steps.map((entry) => entry.text)).toEqual(['observe took 12 ms'])
  })

  it('tries again what broke, later each time, and leaves it to a person in the end', async () => {
    investigator.answerWith = () => Promise.reject(new TypeError("Cannot read properties of undefined (reading 'x')"))
    const id = await submit('web')
    workerOf()
    for (const failures of [1, 2]) {
      const record = await until(id, (each) => each.failures === failures && each.status === 'queued')
      expect(record.available_at).toBe(new Date(time + 5_000 * 4 ** (failures - 1)).toISOString())
      expect(record.decision).toMatchObject({ outcome: 'unknown', stopped_by: 'critical_error' })
      expect(JSON.stringify(record.decision)).not.toMatch(/undefined|TypeError|\.ts/)
      time = Date.parse(record.available_at ?? '')
    }
    await until(id, isStatus('failed'))
    expect((await kinds(id)).at(-1)).toBe('dead_letter')
    expect(new Set(investigator.open.map(({ run_id }) => run_id)).size).toBe(3)
    expect(investigator.open.every(({ resumes }) => !resumes)).toBe(true)
  })

  it('gives up a run that never ends, and its slot is free again', async () => {
    const id = await submit('a')
    const next = await submit('b')
    workerOf({ capacity: 1, run_ms: 20 })
    const record = await until(id, (each) => each.failures === 1)
    expect(record.decision?.summary).toContain('did not end')
    expect(investigator.open[0]?.signal.aborted).toBe(true)
    await until(next, (each) => each.failures === 1)
  })

  it('lets runs end when it is drained, and takes nothing more', async () => {
    const id = await submit('a')
    const worker = workerOf({ capacity: 1 })
    await investigator.begun(1)
    const drained = worker.drain(10_000)
    const later = await submit('b')
    answer(0)
    await drained
    expect(await store.archive.get(id)).toMatchObject({ status: 'done' })
    expect(await store.archive.get(later)).toMatchObject({ status: 'queued' })
    expect(investigator.open).toHaveLength(1)
  })

  it('hands back what does not end in time, and another worker goes on with the same run at once', async () => {
    const id = await submit('a')
    const worker = workerOf()
    await investigator.begun(1)
    await worker.drain(0)
    expect(await store.archive.get(id)).toMatchObject({ status: 'queued', failures: 0 })
    expect(investigator.open[0]?.signal.aborted).toBe(true)
    expect(investigator.forgotten).toEqual([])
    workerOf()
    await investigator.begun(2)
    expect(investigator.open[1]).toMatchObject({ resumes: true, run_id: investigator.open[0]?.run_id })
    answer(1)
    await until(id, isStatus('done'))
    expect(await kinds(id)).toEqual(['opened', 'claimed', 'interrupted', 'resumed', 'decided'])
  })

  it('takes over the run of a worker that vanished, after a lease of its own time and not before', async () => {
    const id = await submit('a')
    const gone = await store.queue.claim({
      owner: 'gone',
      now: time,
      lease_ms: 50,
      limit: 3,
      new_run_id: 'run_gone',
      alone: true,
    })
    expect(gone?.incident.id).toBe(id)
    // A wall clock far ahead proves nothing.
    time += 3_600_000
    const started = performance.now()
    workerOf({ lease_ms: 60 })
    await investigator.begun(1)
    expect(performance.now() - started).toBeGreaterThanOrEqual(55)
    expect(investigator.open[0]).toMatchObject({ run_id: 'run_gone', resumes: true })
    answer(0)
    expect((await until(id, isStatus('done'))).failures).toBe(0)
    expect(await store.queue.finish(gone as NonNullable<typeof gone>, { kind: 'released' }, time)).toBe(false)
  })

  it('runs an incident whose worker vanished by itself, and the rest before and after', async () => {
    const first = await submit('a')
    const gone = { owner: 'gone', now: time, lease_ms: 20, limit: 3, new_run_id: 'run_gone', alone: true }
    expect(await store.queue.claim(gone)).toMatchObject({ incident: { id: first } })
    const watcher = workerOf({ capacity: 0, lease_ms: 20 })
    await until(first, ({ failures, status }) => failures === 1 && status === 'queued')
    await watcher.drain(0)
    const second = await submit('b')
    workerOf()
    await investigator.begun(1)
    expect(investigator.open[0]).toMatchObject({ run_id: 'run_gone', resumes: true })
    // Long enough for a second claim, had there been one.
    for (let turn = 0; turn < 5; turn++) await notifier.wait(second, 5, new AbortController().signal)
    expect(await store.archive.get(second)).toMatchObject({ status: 'queued' })
    answer(0)
    await investigator.begun(2)
    answer(1)
    await until(second, isStatus('done'))
    expect(await store.archive.get(first)).toMatchObject({ status: 'done' })
  })

  it('makes a dead letter of an incident whose workers vanish again and again', async () => {
    const id = await submit('poison')
    const claims: string[] = []
    const worker = workerOf({ capacity: 0, lease_ms: 20, max_failures: 3 })
    for (let attempt = 1; attempt <= 3; attempt++) {
      await until(id, isStatus('queued'))
      const claim = await store.queue.claim({
        owner: 'x',
        now: time,
        lease_ms: 20,
        limit: 3,
        new_run_id: newId('run'),
        alone: true,
      })
      claims.push(claim?.incident.id ?? '')
      await until(id, (record) => record.failures === attempt)
    }
    expect(claims).toEqual([id, id, id])
    expect(await store.archive.get(id)).toMatchObject({ status: 'failed' })
    await worker.drain(0)
  })

  it('drops a run whose claim is lost: its signal is aborted and nothing is written', async () => {
    const id = await submit('a')
    workerOf({ lease_ms: 30 })
    await investigator.begun(1)
    await store.control.close(id, { actor: 'ann', reason: 'known', trace_id: '', at: new Date(time).toISOString() })
    const { signal } = investigator.open[0] ?? {}
    if (!signal?.aborted) await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }))
    answer(0)
    expect(await store.archive.get(id)).toMatchObject({ status: 'closed' })
    expect((await store.archive.get(id))?.decision).toBeUndefined()
  })

  it('goes on by itself after the store was away, and says once that it was', async () => {
    let away = true
    const flaky: QueueStore = new Proxy(store.queue, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) =>
          away ? Promise.reject(new CodedError('SRE_TEST', 'away')) : Reflect.apply(value, target, args)
      },
    })
    const id = await submit('a')
    const worker = workerOf({ poll_ms: 1 }, { store: flaky })
    while (logger.lines.length === 0) await notifier.wait(id, 2, new AbortController().signal)
    await notifier.wait(id, 20, new AbortController().signal)
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    expect(worker.lastAnswered()).toBeUndefined()
    away = false
    await investigator.begun(1)
    away = true
    answer(0)
    await notifier.wait(id, 20, new AbortController().signal)
    away = false
    await until(id, isStatus('done'))
  })
})
