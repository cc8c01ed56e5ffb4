import type { RunJournal } from '#src/orchestrator/port.ts'

/** A journal in memory, which outlives the investigators of a test as a store outlives processes. */
export class MemoryRunJournal implements RunJournal {
  readonly runs = new Map<string, Record<string, string>>()

  save(run_id: string, step: string, found: string): Promise<void> {
    this.runs.set(run_id, { ...this.runs.get(run_id), [step]: found })
    return Promise.resolve()
  }

  load(run_id: string): Promise<Record<string, string> | undefined> {
    return Promise.resolve(this.runs.get(run_id))
  }

  forget(run_id: string): Promise<void> {
    this.runs.delete(run_id)
    return Promise.resolve()
  }
}
