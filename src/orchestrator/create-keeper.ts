import type { CaseFile } from './case-file.ts'
import { keptParts } from './kept-case.ts'
import type { RunJournal } from './run-journal.ts'

/**
 * Writes what has changed of a case file into the journal, one write after the other: two teams end side by side. How long a step took
 * waits for the next thing that is worth a write.
 */
export function createKeeper(journal: RunJournal, run_id: string): (file: CaseFile) => Promise<void> {
  const written = new Map<string, string>()
  let last = Promise.resolve()
  const write = async (file: CaseFile): Promise<void> => {
    const changed = Object.entries(keptParts(file)).filter(([part, text]) => written.get(part) !== text)
    if (changed.every(([part]) => part === 'timings')) return
    await journal.save(run_id, Object.fromEntries(changed))
    for (const [part, text] of changed) written.set(part, text)
  }
  return (file) => {
    last = last.catch(() => undefined).then(() => write(file))
    return last
  }
}
