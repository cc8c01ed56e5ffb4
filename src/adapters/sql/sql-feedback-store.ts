import { Feedback } from '#src/domain/feedback.ts'
import type { FeedbackStore } from '#src/incidents/port.ts'
import { toJson } from './to-json.ts'
import { lockIncident, saveIncidents } from './tracked-incident.ts'
import { type Access, transact } from './transact.ts'

/** What people think of decisions. */
export class SqlFeedbackStore implements FeedbackStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  add(feedback: Feedback): Promise<boolean> {
    const { engine } = this.#access
    const { id, incident_id, at } = feedback
    return transact(this.#access, undefined, async (transaction) => {
      const incident = await lockIncident(transaction, engine, incident_id)
      if (!incident) return false
      await transaction
        .insertInto('feedback')
        .values({ id, incident_id, at, body: toJson(feedback) })
        .execute()
      incident.apply({ kind: 'feedback', feedback })
      await saveIncidents(transaction, engine, [incident])
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
