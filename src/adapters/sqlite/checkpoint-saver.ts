import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite'
import type Database from 'better-sqlite3'
import { whileBusy } from './waiting-dialect.ts'

const capacity = 50

/** The graph's durable state. */
export interface CheckpointSaver extends SqliteSaver {
  close(): void
}

/** Keeps checkpoints in an open database, in tables of their own. */
export function createCheckpointSaver(database: Database.Database): CheckpointSaver {
  prepareOnce(database)
  const saver = new PreparedSaver(database)
  saver.prepare()
  return saver
}

/** The saver prepares the same few statements again for each checkpoint of each step. */
function prepareOnce(database: Database.Database): void {
  const statements = new Map<string, Database.Statement>()
  const prepare = database.prepare.bind(database)
  const prepareCached = (text: string) => {
    const statement = statements.get(text) ?? prepare(text)
    if (statements.size < capacity) statements.set(text, statement)
    return statement
  }
  Object.assign(database, { prepare: prepareCached })
}

/** Makes its tables when opened instead of at the first checkpoint, and waits for other writers without holding up the process. */
class PreparedSaver extends SqliteSaver implements CheckpointSaver {
  prepare(): void {
    this.setup()
  }

  override put(...checkpoint: Parameters<SqliteSaver['put']>): ReturnType<SqliteSaver['put']> {
    return whileBusy(() => super.put(...checkpoint))
  }

  override putWrites(...writes: Parameters<SqliteSaver['putWrites']>): Promise<void> {
    return whileBusy(() => super.putWrites(...writes))
  }

  override deleteThread(thread_id: string): Promise<void> {
    return whileBusy(() => super.deleteThread(thread_id))
  }

  close(): void {
    if (this.db.open) this.db.close()
  }
}
