import type Database from 'better-sqlite3'
import { type DatabaseConnection, SqliteDialect, SqliteDriver, type SqliteDialectConfig } from 'kysely'
import { whileBusy } from './while-busy.ts'

/** SQLite for Kysely, except that waiting for the write lock holds up nobody else in this process. */
export class PatientSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig
  readonly #file: Database.Database

  constructor(config: SqliteDialectConfig, file: Database.Database) {
    super(config)
    this.#config = config
    this.#file = file
  }

  override createDriver(): SqliteDriver {
    return new PatientDriver(this.#config, this.#file)
  }
}

class PatientDriver extends SqliteDriver {
  readonly #file: Database.Database

  constructor(config: SqliteDialectConfig, file: Database.Database) {
    super(config)
    this.#file = file
  }

  override beginTransaction(connection: DatabaseConnection): Promise<void> {
    return whileBusy(async () => {
      this.#file.pragma('busy_timeout = 0')
      try {
        await super.beginTransaction(connection)
      } finally {
        this.#file.pragma('busy_timeout = 5000')
      }
    })
  }
}
