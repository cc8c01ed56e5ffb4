import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite'
import type Database from 'better-sqlite3'
import { openDatabase } from './open-database.ts'

const capacity = 50

/** The graph's durable state in a file of its own, beside the store. */
export interface CheckpointFile {
  saver: SqliteSaver
  /** Forgets everything: after a restart runs begin anew under new ids. */
  forgetAll(): void
  close(): void
}

/**
 * Opens the checkpoint file. After a power cut runs begin anew anyway, so its commits need not wait for the disk: that would cost
 * each decision a dozen milliseconds and more.
 */
export function openCheckpointFile(path: string): CheckpointFile {
  const database = openDatabase(path, 'NORMAL')
  prepareOnce(database)
  const saver = new PreparedSaver(database)
  saver.prepare()
  return {
    saver,
    forgetAll: () => void database.exec('delete from writes; delete from checkpoints;'),
    close: () => void database.close(),
  }
}

/** The saver prepares the same few statements anew for each checkpoint of each step. */
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

/** Makes its tables when opened instead of at the first checkpoint. */
class PreparedSaver extends SqliteSaver {
  prepare(): void {
    this.setup()
  }
}
