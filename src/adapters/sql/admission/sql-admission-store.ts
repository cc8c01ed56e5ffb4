import { sql } from 'kysely'
import type { AdmissionResult } from '#src/domain/admission-result.ts'
import type { AdmissionStore, Candidate, Judge, KnownIncident, Verdict } from '#src/intake/port.ts'
import { type Columns, type Engine, type Executor, type Access, transact } from '#src/adapters/sql/engine.ts'
import { type Known, loadKnown, alertKeyOf, scopeKeys } from './known-incidents.ts'
import { LiveLoad, readLoad } from './queue-load.ts'
import { storable, toJson } from '#src/adapters/sql/to-json.ts'
import { saveIncidents, type IncidentIdentity, TrackedIncident } from '#src/adapters/sql/tracked-incident.ts'
import type { IncidentEvent } from '#src/incidents/lifecycle.ts'
import { isOpen } from '#src/incidents/lifecycle-state.ts'
import { toResource } from '#src/adapters/sql/incident-rows.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'

const deliveries: Columns = { delivery_key: 'text' }

const signalColumns = {
  id: 'text',
  incident_id: 'text',
  status: 'text',
  reason: 'text',
  source: 'text',
  state: 'text',
  namespace: 'text',
  received_at: 'text',
  caller: 'text',
  trace_id: 'text',
  fingerprint: 'text',
  delivery_key: 'text',
  explanation: 'text',
  raw: 'text',
} as const satisfies Columns

const ownerColumns: Columns = { source: 'text', alert_key: 'text', incident_id: 'text', consequence: 'int' }

/** An alert key and the incident that it now belongs to. */
interface AlertOwner {
  source: string
  alert_key: string
  incident_id: string
  consequence: number
}

/** What a batch comes to, before it is written. */
interface Judged {
  results: Awaited<ReturnType<AdmissionStore['admit']>>
  /** Candidates that are kept as signals, with their results. */
  kept: { candidate: Candidate; result: AdmissionResult }[]
  incidents: TrackedIncident[]
  alert_keys: AlertOwner[]
}

interface Match {
  incident: TrackedIncident
  match: KnownIncident['match']
}

/** Judges candidates one after the other, each in the light of what those before it did. */
class BatchJudge {
  readonly #judge: Judge
  readonly #load: LiveLoad
  readonly #incidents = new Map<string, TrackedIncident>()
  readonly #byPrint = new Map<string, Match>()
  readonly #byAlert = new Map<string, Match>()
  readonly #byScope = new Map<string, TrackedIncident[]>()
  readonly #owners = new Map<string, AlertOwner>()
  readonly #delivered: Map<string, AdmissionResult>
  readonly #kept: Judged['kept'] = []

  constructor(
    judge: Judge,
    known: Known,
    { load, delivered }: { load: LiveLoad; delivered: Map<string, AdmissionResult> },
  ) {
    this.#judge = judge
    this.#load = load
    this.#delivered = delivered
    for (const row of known.by_merged_fingerprint)
      this.#byPrint.set(row.found_by, { incident: this.#take(row), match: 'consequence' })
    for (const row of known.by_fingerprint)
      this.#byPrint.set(row.found_by, { incident: this.#take(row), match: 'fingerprint' })
    for (const row of known.by_alert_key)
      this.#byAlert.set(row.found_by, {
        incident: this.#take(row),
        match: row.consequence ? 'consequence' : 'alert_key',
      })
    for (const row of known.by_scope)
      this.#byScope.set(row.found_by, [...(this.#byScope.get(row.found_by) ?? []), this.#take(row)])
  }

  run(batch: readonly Candidate[]): Judged {
    const requests = Map.groupBy(batch, (candidate) => candidate.request)
    const results = [...requests.values()].flatMap((candidates) => this.#request(candidates))
    const incidents = [...this.#incidents.values()].filter((incident) => incident.changed)
    return { results, kept: this.#kept, incidents, alert_keys: [...this.#owners.values()] }
  }

  #take(row: IncidentRow): TrackedIncident {
    const incident = this.#incidents.get(row.id) ?? TrackedIncident.of(row)
    this.#incidents.set(row.id, incident)
    return incident
  }

  #request(candidates: readonly Candidate[]): AdmissionResult[] {
    this.#load.nextRequest()
    const refusal = candidates.length > 1 ? this.#refusalOf(candidates) : undefined
    if (refusal === undefined) return candidates.map((candidate) => this.#one(candidate))
    return candidates.map(({ signal_id }) => ({ signal_id, status: 'refused', reason: refusal }))
  }

  #refusalOf(candidates: readonly Candidate[]): string | undefined {
    return candidates.map((candidate) => this.#refusal(candidate)).find((reason) => reason !== undefined)
  }

  /** Why it would be refused as things stand: what the others of its request do can only let it join. */
  #refusal(candidate: Candidate): string | undefined {
    const { delivery_key } = candidate.signal
    if (delivery_key !== undefined && this.#delivered.has(delivery_key)) return undefined
    const match = this.#match(candidate)
    const load = this.#load.for(candidate.service, match?.incident.id)
    const verdict = this.#judge(candidate, match && knownOf(match), load)
    return verdict.kind === 'refuse' ? verdict.reason : undefined
  }

  #one(candidate: Candidate): AdmissionResult {
    const { delivery_key } = candidate.signal
    const first = delivery_key === undefined ? undefined : this.#delivered.get(delivery_key)
    if (first) return first
    const match = this.#match(candidate)
    const load = this.#load.for(candidate.service, match?.incident.id)
    const verdict = this.#judge(candidate, match && knownOf(match), load)
    const result = { signal_id: candidate.signal_id, ...this.#apply(candidate, verdict, match) }
    if (result.status === 'refused') return result
    this.#kept.push({ candidate, result })
    if (delivery_key !== undefined) this.#delivered.set(delivery_key, result)
    return result
  }

  #match(candidate: Candidate): Match | undefined {
    const { source, alert_key, state } = candidate.signal
    const byPrint = openOnly(this.#byPrint.get(candidate.fingerprint))
    const byAlert = alert_key === undefined ? undefined : openOnly(this.#byAlert.get(alertKeyOf(source, alert_key)))
    if (state === 'resolved') return byAlert ?? byPrint
    return byPrint ?? byAlert ?? this.#inScope(candidate)
  }

  #inScope(candidate: Candidate): Match | undefined {
    const { cluster = null, namespace = null } = candidate.signal
    const incident = scopeKeys(candidate)
      .flatMap((key) => this.#byScope.get(key) ?? [])
      .find(({ state, identity }) => isOpen(state) && identity.cluster === cluster && identity.namespace === namespace)
    return incident && { incident, match: 'consequence' }
  }

  #apply(candidate: Candidate, verdict: Verdict, match: Match | undefined): Omit<AdmissionResult, 'signal_id'> {
    const { reason } = verdict
    if (verdict.kind === 'refuse') return { status: 'refused', reason }
    if (verdict.kind === 'suppress') return { status: 'suppressed', reason }
    if (verdict.kind === 'open') return this.#open(candidate, verdict)
    const incident = match?.incident
    if (!match || incident?.id !== verdict.incident_id)
      throw new Error('the judge named an incident that it was not shown')
    const before = incident.state.status
    incident.apply(eventOf(candidate, verdict))
    this.#load.moved(incident, before)
    this.#own(candidate, match)
    return { incident_id: incident.id, status: 'joined', reason }
  }

  #open(candidate: Candidate, verdict: Extract<Verdict, { kind: 'open' }>): Omit<AdmissionResult, 'signal_id'> {
    if (openOnly(this.#byPrint.get(candidate.fingerprint))?.match === 'fingerprint')
      throw new Error('the judge opened a second incident for one fingerprint')
    const incident = open(candidate, verdict)
    const { id } = incident
    this.#incidents.set(id, incident)
    this.#byPrint.set(candidate.fingerprint, { incident, match: 'fingerprint' })
    this.#load.moved(incident, undefined)
    this.#own(candidate, { incident, match: 'fingerprint' })
    return { incident_id: id, status: verdict.status, reason: verdict.reason }
  }

  #own(candidate: Candidate, { incident, match }: Match): void {
    const { source, alert_key, state } = candidate.signal
    if (alert_key === undefined) return
    const cleared = { kind: 'alert_cleared', alert_key } as const
    if (state === 'resolved') return void incident.apply(cleared)
    incident.apply({ kind: 'alert_fired', alert_key })
    const key = alertKeyOf(source, alert_key)
    const consequence = match === 'consequence' ? 1 : 0
    const former = this.#byAlert.get(key)?.incident
    if (former !== incident) former?.apply(cleared)
    this.#byAlert.set(key, { incident, match: consequence ? 'consequence' : 'alert_key' })
    this.#owners.set(key, { source, alert_key, incident_id: incident.id, consequence })
  }
}

/**
 * Signals and the incidents that they open. Batches of several processes go one after the other: the time that costs is shared by all
 * of a batch, and every judgement sees the final state of the one before.
 */
export class SqlAdmissionStore implements AdmissionStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  async admit(batch: readonly Candidate[], judge: Judge): Promise<AdmissionResult[]> {
    if (batch.length === 0) return []
    const { engine } = this.#access
    return transact(this.#access, 'admission', async (transaction) => {
      const delivered = await readDeliveries(transaction, engine, batch)
      const known = await loadKnown(transaction, engine, batch)
      const load = mayOpen(batch, known) ? await readLoad(transaction, engine, batch) : new LiveLoad()
      const judged = new BatchJudge(judge, known, { load, delivered }).run(batch)
      await writeBatch(transaction, engine, judged)
      return judged.results
    })
  }
}

/** False for plain repeats, which are most of a storm: nothing can come of them for which it matters how full the queue is. */
function mayOpen(batch: readonly Candidate[], { by_fingerprint }: Known): boolean {
  const known = new Set(by_fingerprint.map((row) => row.fingerprint))
  return batch.some(({ signal, fingerprint }) => signal.state === 'resolved' || !known.has(fingerprint))
}

/** The results of deliveries that came before, by their keys. */
async function readDeliveries(
  executor: Executor,
  engine: Engine,
  batch: readonly Candidate[],
): Promise<Map<string, AdmissionResult>> {
  const keys = batch.flatMap(({ signal: { delivery_key } }) => (delivery_key === undefined ? [] : [{ delivery_key }]))
  if (keys.length === 0) return new Map()
  const { rows } = await sql<AdmissionResult & { delivery_key: string; incident_id: string | null }>`
    select s.delivery_key, s.id as signal_id, s.incident_id, s.status, s.reason
    from ${engine.rowsOf(keys, deliveries)} as r join signals s on s.delivery_key = r.delivery_key`.execute(executor)
  return new Map(
    rows.map(({ delivery_key, incident_id, ...result }) => [
      delivery_key,
      { ...result, incident_id: incident_id ?? undefined },
    ]),
  )
}

/** Writes the result of a batch, in a few statements. */
async function writeBatch(transaction: Executor, engine: Engine, judged: Judged): Promise<void> {
  await saveIncidents(transaction, engine, judged.incidents)
  await writeOwners(transaction, engine, judged)
  await engine.insertRows(transaction, 'signals', judged.kept.map(signalRow), signalColumns)
}

async function writeOwners(executor: Executor, engine: Engine, { alert_keys }: Judged): Promise<void> {
  if (alert_keys.length === 0) return
  await sql`insert into alert_keys (source, alert_key, incident_id, consequence)
    select source, alert_key, incident_id, consequence from ${engine.rowsOf(alert_keys, ownerColumns)} as r where true
    on conflict (source, alert_key)
    do update set incident_id = excluded.incident_id, consequence = excluded.consequence`.execute(executor)
}

function signalRow({ candidate, result }: Judged['kept'][number]): Record<string, unknown> {
  const { signal, fingerprint, fingerprint_fields, caller, trace_id, received_at } = candidate
  const { observed_at, resource, alert, reason: reported_reason } = signal
  return {
    id: result.signal_id,
    incident_id: result.incident_id,
    status: result.status,
    reason: result.reason,
    source: signal.source,
    state: signal.state,
    namespace: signal.namespace,
    received_at,
    caller,
    trace_id,
    fingerprint,
    delivery_key: signal.delivery_key,
    explanation: toJson({ observed_at, fingerprint_fields, resource, alert, reported_reason }),
    raw: storable(JSON.stringify(signal)),
  }
}

function openOnly(match: Match | undefined): Match | undefined {
  return match && isOpen(match.incident.state) ? match : undefined
}

/** As the judge sees it. */
function knownOf({ incident: { state, identity }, match }: Match): KnownIncident {
  const { id, status, priority, signal_count, decided_at, reported, firing } = state
  return {
    id,
    status: status as KnownIncident['status'],
    match,
    priority,
    resource: toResource(identity.resource),
    signal_count,
    decided_at: decided_at ?? undefined,
    reported,
    firing,
  }
}

function open(candidate: Candidate, verdict: Extract<Verdict, { kind: 'open' }>): TrackedIncident {
  const { signal, received_at, priority, trace_id, caller: actor } = candidate
  const at = Date.parse(received_at)
  const identity: IncidentIdentity = {
    id: candidate.new_incident_id,
    fingerprint: candidate.fingerprint,
    cluster: signal.cluster ?? null,
    namespace: signal.namespace ?? null,
    resource: toJson(signal.resource),
    problem_class: candidate.problem_class,
    service: candidate.service,
    reason: signal.reason ?? null,
    message: signal.message ?? null,
    trace_id,
    opened_at: received_at,
    opened_ms: at,
  }
  const { reason, novelty, expires_at } = verdict
  const opening = { id: identity.id, at, actor, reason, novelty, priority, trace_id }
  return TrackedIncident.open(identity, { ...opening, expires_ms: Date.parse(expires_at) })
}

/** What a signal does to the incident that it belongs to. */
function eventOf(
  { received_at, caller: actor, trace_id, signal }: Candidate,
  verdict: Extract<Verdict, { kind: 'join' | 'resolve' }>,
): IncidentEvent {
  const at = Date.parse(received_at)
  const { reason } = verdict
  if (verdict.kind === 'resolve') return { kind: 'resolved', at, actor, reason }
  const { novelty, priority, wake, noted, expires_at } = verdict
  return {
    kind: 'joined',
    at,
    actor,
    firing: signal.state === 'firing',
    novelty,
    priority,
    ...(noted && { noted: reason }),
    ...(wake && { rerun: { reason, trace_id, expires_ms: Date.parse(expires_at) } }),
  }
}
