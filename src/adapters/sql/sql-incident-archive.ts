import { sql } from 'kysely'
import type { Decision } from '#src/domain/decision.ts'
import type { IncidentRecord } from '#src/domain/incident-record.ts'
import type { SignalRecord } from '#src/domain/admission-result.ts'
import type { Page } from '#src/domain/page.ts'
import { TimelineKind, type TimelineEntry } from '#src/domain/timeline.ts'
import type { IncidentArchive, IncidentQuery, SignalQuery } from '#src/incidents/port.ts'
import { fromCursor, toPage } from './cursor.ts'
import { toRecord, isoOf } from './incident-rows.ts'
import { lastDecision } from './last-decision.ts'
import type { IncidentRow, SignalRow, TimelineRow, ApprovalRow } from './tables.ts'
import type { Access, Executor } from './engine.ts'
import type { ApprovalState, RecommendedAction } from '#src/domain/action.ts'

/** As the index of lists has it. */
const listedStatus = sql<string>`(status || '')`

type Row = Pick<ApprovalRow, 'id' | 'status' | 'expires_ms' | 'execution_id'>

type Explanation = Pick<SignalRecord, 'observed_at' | 'fingerprint_fields' | 'resource' | 'alert' | 'reported_reason'>

/** Reading back incidents, their decisions, signals and histories. */
export class SqlIncidentArchive implements IncidentArchive {
  readonly #database: Access['database']

  constructor({ database }: Access) {
    this.#database = database
  }

  async get(incident_id: string): Promise<IncidentRecord | undefined> {
    const row = await this.#database
      .selectFrom('incidents')
      .selectAll()
      .where('id', '=', incident_id)
      .executeTakeFirst()
    if (!row) return undefined
    const decision = await this.#decisionOf(row)
    return decision ? { ...toRecord(row), decision } : toRecord(row)
  }

  async list(query: IncidentQuery): Promise<Page<IncidentRecord>> {
    const rows = await this.#rows(query)
    return toPage(rows, query.limit, { item: toRecord, place: (row) => [row.opened_ms, row.id] })
  }

  /** Also those of incidents that were merged into it. */
  async signals(incident_id: string, page: { cursor?: string; limit: number }): Promise<Page<SignalRecord>> {
    const after = page.cursor === undefined ? 0 : fromCursor(page.cursor).ms
    const { rows } = await sql<SignalRow>`select * from signals where incident_id in (
        select id from incidents where id = ${incident_id} or merged_into = ${incident_id})
      and seq > ${after} order by seq limit ${page.limit + 1}`.execute(this.#database)
    return toPage(rows, page.limit, { item: toSignalRecord, place: (row) => [row.seq, row.id] })
  }

  async recentSignals(query: SignalQuery): Promise<Page<SignalRecord>> {
    let found = this.#database.selectFrom('signals').selectAll()
    const kept = query.status?.filter((status) => status !== 'refused')
    if (kept?.length === 0) return { items: [] }
    if (kept) found = found.where('status', 'in', kept)
    if (query.source !== undefined) found = found.where('source', '=', query.source)
    if (query.namespace !== undefined) found = found.where('namespace', '=', query.namespace)
    if (query.since !== undefined) found = found.where('received_at', '>=', new Date(query.since).toISOString())
    if (query.cursor !== undefined) found = found.where('seq', '<', fromCursor(query.cursor).ms)
    const rows = await found
      .orderBy('seq', 'desc')
      .limit(query.limit + 1)
      .execute()
    return toPage(rows, query.limit, { item: toSignalRecord, place: (row) => [row.seq, row.id] })
  }

  async timeline(incident_id: string, after_seq: number, limit: number): Promise<TimelineEntry[]> {
    const rows = await this.#database
      .selectFrom('timeline')
      .selectAll()
      .where('incident_id', '=', incident_id)
      .where('seq', '>', after_seq)
      .orderBy('seq')
      .limit(limit)
      .execute()
    return rows.map(toEntry)
  }

  #rows(query: IncidentQuery): Promise<IncidentRow[]> {
    let rows = this.#database.selectFrom('incidents').selectAll()
    if (query.status) rows = rows.where(listedStatus, 'in', query.status.length > 0 ? [...query.status] : ['none'])
    if (query.priority) rows = rows.where('priority', 'in', [...query.priority])
    if (query.namespace !== undefined) rows = rows.where('namespace', '=', query.namespace)
    if (query.service !== undefined) rows = rows.where('service', '=', query.service)
    if (query.outcome !== undefined) rows = rows.where('outcome', '=', query.outcome)
    if (query.since !== undefined) rows = rows.where('opened_ms', '>=', Date.parse(query.since))
    if (query.cursor !== undefined) {
      const { ms, id } = fromCursor(query.cursor)
      rows = rows.where(sql<boolean>`(opened_ms, id) < (${ms}, ${id})`)
    }
    return rows
      .orderBy('opened_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit + 1)
      .execute()
  }

  async #decisionOf(incident: IncidentRow): Promise<Decision | undefined> {
    const decision = await lastDecision(this.#database, incident.id)
    if (!decision) return undefined
    const [evidence, recommended_actions] = await Promise.all([
      this.#bodies('evidence', decision.run_id),
      this.#bodies('actions', decision.run_id),
    ])
    const actions = await withApprovals(this.#database, recommended_actions, { run_id: decision.run_id, incident })
    const body: unknown = JSON.parse(decision.body)
    return {
      ...(body as Omit<Decision, 'evidence' | 'recommended_actions'>),
      evidence,
      recommended_actions: actions,
    } as Decision
  }

  async #bodies(table: 'evidence' | 'actions', run_id: string): Promise<unknown[]> {
    const rows = await this.#database
      .selectFrom(table)
      .select('body')
      .where('run_id', '=', run_id)
      .orderBy('position')
      .execute()
    return rows.map((row): unknown => JSON.parse(row.body))
  }
}

function toEntry({ incident_id, seq, at, kind, text, run_id, actor }: TimelineRow): TimelineEntry {
  const known = TimelineKind.parse(kind)
  return { incident_id, seq, at, kind: known, text, run_id: run_id ?? undefined, actor: actor ?? undefined }
}

/** Actions of a decision as they were stored, each with what has become of its approval since. */
async function withApprovals(
  executor: Executor,
  actions: unknown[],
  { run_id, incident }: { run_id: string; incident: IncidentRow },
): Promise<unknown[]> {
  const known = actions as RecommendedAction[]
  if (!known.some((action) => action.approval.required)) return actions
  const rows = await executor
    .selectFrom('approvals')
    .select(['id', 'action_id', 'status', 'expires_ms', 'execution_id'])
    .where('incident_id', '=', incident.id)
    .where('run_id', '=', run_id)
    .orderBy('asked_ms')
    .orderBy('id')
    .execute()
  const byAction = new Map(rows.map((row) => [row.action_id, row]))
  return known.map((action) => {
    const row = byAction.get(action.id)
    return row ? { ...action, approval: stateOf(row, incident) } : action
  })
}

function stateOf({ id, status, expires_ms, execution_id }: Row, incident: IncidentRow): ApprovalState {
  const open = execution_id === null && (status === 'pending' || status === 'approved')
  if (status === 'withdrawn' || (open && incident.status === 'closed')) return { required: true, status: 'expired', id }
  return { required: true, status, id, ...(open && { expires_at: isoOf(expires_ms) }) }
}

/** A signal as it was kept; its text is removed with its raw body. */
function toSignalRecord(row: SignalRow): SignalRecord {
  const explanation = JSON.parse(row.explanation) as Explanation
  const raw = row.raw === null ? {} : (JSON.parse(row.raw) as { message?: string })
  return {
    signal_id: row.id,
    incident_id: row.incident_id ?? undefined,
    status: row.status,
    reason: row.reason,
    source: row.source,
    state: row.state,
    received_at: row.received_at,
    caller: row.caller,
    trace_id: row.trace_id,
    fingerprint: row.fingerprint,
    ...explanation,
    message: raw.message,
  }
}
