import { Silence } from '#src/domain/silence.ts'
import type { SilenceStore } from '#src/intake/admission/silence-store.ts'
import { toJson } from './to-json.ts'
import { type Access, transact } from './engine.ts'

/** Silences, also those that are over. Instants are compared as ISO text in UTC with milliseconds. */
export class SqlSilenceStore implements SilenceStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  async add(silence: Silence): Promise<void> {
    const { id, starts_at, ends_at } = silence
    const row = { id, starts_at: instant(starts_at), ends_at: instant(ends_at), body: toJson(silence) }
    await transact(this.#access, undefined, (transaction) => transaction.insertInto('silences').values(row).execute())
  }

  async current(at: string): Promise<Silence[]> {
    const rows = await this.#access.database
      .selectFrom('silences')
      .select('body')
      .where('ends_at', '>', instant(at))
      .orderBy('starts_at')
      .orderBy('id')
      .execute()
    return rows.map(toSilence)
  }

  async list(limit: number): Promise<Silence[]> {
    const rows = await this.#access.database
      .selectFrom('silences')
      .select('body')
      .orderBy('starts_at', 'desc')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(toSilence)
  }

  /** Of two who end it at once, the first is the one who did. */
  end(id: string, at: string, ended_by: string): Promise<Silence | undefined> {
    return transact(this.#access, 'admission', async (transaction) => {
      const row = await transaction.selectFrom('silences').select('body').where('id', '=', id).executeTakeFirst()
      if (!row) return undefined
      const silence = toSilence(row)
      if (instant(silence.ends_at) <= instant(at)) return silence
      const ended: Silence = { ...silence, ends_at: instant(at), ended_by }
      await transaction
        .updateTable('silences')
        .set({ ends_at: instant(at), body: toJson(ended) })
        .where('id', '=', id)
        .execute()
      return ended
    })
  }
}

function instant(text: string): string {
  return new Date(text).toISOString()
}

function toSilence({ body }: { body: string }): Silence {
  return Silence.parse(JSON.parse(body))
}
