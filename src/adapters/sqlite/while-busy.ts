import { setTimeout as pause } from 'node:timers/promises'

/* SQLite's own way to wait for another writer blocks the whole process, also a writer of the same process: none of both gets on. */

const patienceMs = 10_000

/** Does what needs the write lock; where somebody else has it, tries again a moment later, without holding up anything else. */
export async function whileBusy<T>(work: () => T | Promise<T>): Promise<T> {
  const started = performance.now()
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isBusy(error) || performance.now() - started > patienceMs) throw error
    }
    await pause(1 + Math.random() * 3)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}
