import { Feedback } from '#src/domain/feedback.ts'
import type { FeedbackStore } from '#src/incidents/feedback-store.ts'
import { appendNotes } from './append-notes.ts'
import { toJson } from './to-json.ts'
import { type Access, transact } from './transact.ts'

/** What people thought of decisions. */
export class SqlFeedbackStore implements FeedbackStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  add(feedback: Feedback): Promise<boolean> {
    const { engine } = this.#access
    const { id, incident_id, at, by, verdict, run_id } = feedback
    return transact(this.#access, undefined, async (transaction) => {
      const known = await transaction
        .selectFrom('incidents')
        .select('id')
        .where('id', '=', incident_id)
        .executeTakeFirst()
      if (!known) return false
      await transaction
        .insertInto('feedback')
        .values({ id, incident_id, at, body: toJson(feedback) })
        .execute()
      const text = `${by} finds the decision ${verdict === 'partly' ? 'partly right' : verdict}`
      await appendNotes(transaction, engine, [{ incident_id, at, kind: 'feedback', text, run_id, actor: by }])
      return true
    })
  }

  async of(incident_id: string): Promise<Feedback[]> {
    const rows = await this.#access.database
      .selectFrom('feedback')
      .select('body')
      .where('incident_id', '=', incident_id)
      .orderBy('at')
      .orderBy('id')
      .execute()
    return rows.map((row) => Feedback.parse(JSON.parse(row.body)))
  }
}
