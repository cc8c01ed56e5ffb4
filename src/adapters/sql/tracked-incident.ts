import { sql } from 'kysely'
import { type IncidentEvent, transition } from '#src/incidents/lifecycle.ts'
import { openIncident, type Opening } from '#src/incidents/lifecycle-signals.ts'
import type { IncidentState, Transition } from '#src/incidents/lifecycle-state.ts'
import type { TimelineNote } from '#src/incidents/port.ts'
import type { Columns, Engine, Executor } from './engine.ts'
import { stateColumns, toState, toStateRow } from './incident-rows.ts'
import type { IncidentRow } from './tables.ts'

/** What of an incident never changes. */
export type IncidentIdentity = Omit<IncidentRow, keyof typeof stateColumns | 'timeline_seq'>

/**
 * An incident inside a transaction that holds its row: the state that the events lead to, and the lines that its history gets. Nothing is
 * written before `saveIncidents`.
 */
export class TrackedIncident {
  readonly identity: IncidentIdentity
  readonly notes: TimelineNote[] = []
  /** Undefined: it is new. */
  readonly #stored: IncidentRow | undefined
  readonly #before: IncidentState
  #state: IncidentState

  private constructor(identity: IncidentIdentity, { incident, notes }: Transition, stored?: IncidentRow) {
    this.identity = identity
    this.notes.push(...notes)
    this.#stored = stored
    this.#before = incident
    this.#state = incident
  }

  static of(row: IncidentRow): TrackedIncident {
    return new TrackedIncident(row, { incident: toState(row), notes: [] }, row)
  }

  static open(identity: IncidentIdentity, opening: Opening): TrackedIncident {
    return new TrackedIncident(identity, openIncident(opening))
  }

  get id(): string {
    return this.identity.id
  }

  get state(): IncidentState {
    return this.#state
  }

  get isNew(): boolean {
    return this.#stored === undefined
  }

  /** Something of it has to be written. */
  get changed(): boolean {
    return this.isNew || this.notes.length > 0 || this.#state !== this.#before
  }

  /** False: its status does not allow the event, and nothing changed. */
  apply(event: IncidentEvent): boolean {
    const { incident, notes } = transition(this.#state, event)
    const changed = incident !== this.#state || notes.length > 0
    this.#state = incident
    this.notes.push(...notes)
    return changed
  }

  /** The row as it will be. */
  row(): IncidentRow {
    const timeline_seq = (this.#stored?.timeline_seq ?? 0) + this.notes.length
    return Object.assign({}, this.identity, toStateRow(this.#state), { timeline_seq })
  }

  /** The row as it is stored. */
  storedRow(): Readonly<IncidentRow> | undefined {
    return this.#stored
  }
}

/** Incidents of their ids, their rows held until the transaction ends. Those that do not exist are missing. */
export async function lockIncidents(
  executor: Executor,
  engine: Engine,
  ids: readonly string[],
): Promise<TrackedIncident[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<IncidentRow>`select i.* from incidents i
    where ${engine.isOneOf('i.id', [...new Set(ids)])} ${engine.for_update}`.execute(executor)
  return rows.map((row) => TrackedIncident.of(row))
}

/** An incident, its row held until the transaction ends. */
export async function lockIncident(
  executor: Executor,
  engine: Engine,
  id: string,
): Promise<TrackedIncident | undefined> {
  const { rows } = await sql<IncidentRow>`select i.* from incidents i where i.id = ${id} ${engine.for_update}`.execute(
    executor,
  )
  return rows[0] && TrackedIncident.of(rows[0])
}

/** Another incident about the same problem is open: this one must not be opened again. */
export async function isProblemOpen(executor: Executor, { id, identity }: TrackedIncident): Promise<boolean> {
  const { rows } = await sql`select id from incidents where fingerprint = ${identity.fingerprint} and id <> ${id}
    and status in ('queued', 'running', 'done')`.execute(executor)
  return rows.length > 0
}

const identityColumns = {
  id: 'text',
  fingerprint: 'text',
  cluster: 'text',
  namespace: 'text',
  resource: 'text',
  problem_class: 'text',
  service: 'text',
  reason: 'text',
  message: 'text',
  trace_id: 'text',
  opened_at: 'text',
  opened_ms: 'int',
} as const satisfies Columns

/** What the first signals of an incident set. The rest follows with its first run, and begins with the defaults of the table. */
const openedColumns: Columns = {
  ...identityColumns,
  status: 'text',
  status_reason: 'text',
  priority: 'text',
  next_trace_id: 'text',
  signal_count: 'int',
  told: 'text',
  firing: 'text',
  updated_at: 'text',
  last_signal_ms: 'int',
  queued_ms: 'int',
  claim_rank: 'int',
  available_ms: 'int',
  expires_ms: 'int',
  closed_at: 'text',
  timeline_seq: 'int',
}

const changing: Columns = { ...stateColumns, timeline_seq: 'int' }
const changingNames = Object.keys(changing) as (keyof IncidentRow)[]

/** What most signals change: no index holds any of it but the one of incidents that may fall quiet. */
const countNames = new Set<string>(['signal_count', 'told', 'firing', 'updated_at', 'last_signal_ms', 'timeline_seq'])

/** Writes what has changed of incidents, and their new lines, in a few statements for any number of incidents. */
export async function saveIncidents(
  executor: Executor,
  engine: Engine,
  incidents: readonly TrackedIncident[],
): Promise<void> {
  const differences = incidents.flatMap(differenceOf)
  const [counted, diverted] = [true, false].map((counts) => differences.filter((each) => each.counts_only === counts))
  for (const group of [diverted ?? [], counted ?? []]) {
    const names = new Set(group.flatMap((difference) => difference.names))
    const rows = group.map((difference) => difference.row)
    await engine.updateRows(executor, 'incidents', rows, columnsOf(names))
  }
  const opened = incidents.filter((incident) => incident.isNew).map((incident) => incident.row())
  await engine.insertRows(executor, 'incidents', opened, openedColumns)
  await engine.insertRows(executor, 'timeline', incidents.flatMap(linesOf), lineColumns)
}

interface Difference {
  row: IncidentRow
  names: string[]
  counts_only: boolean
}

function differenceOf(incident: TrackedIncident): Difference[] {
  const before = incident.storedRow()
  if (!before || !incident.changed) return []
  const row = incident.row()
  const names = changingNames.filter((name) => row[name] !== before[name])
  if (names.length === 0) return []
  return [{ row, names, counts_only: names.every((name) => countNames.has(name)) }]
}

/** Always in one order, so that equal changes are equal statements. */
function columnsOf(names: ReadonlySet<string>): Columns {
  const entries = Object.entries(changing).filter(([name]) => names.has(name))
  return Object.fromEntries([['id', 'text'], ...entries])
}

const lineColumns = {
  incident_id: 'text',
  seq: 'int',
  at: 'text',
  kind: 'text',
  text: 'text',
  run_id: 'text',
  actor: 'text',
} as const satisfies Columns

/** Numbered behind the last line of their incident. */
function linesOf(incident: TrackedIncident): object[] {
  const last = incident.storedRow()?.timeline_seq ?? 0
  return incident.notes.map((note, index) => ({ ...note, incident_id: incident.id, seq: last + 1 + index }))
}
