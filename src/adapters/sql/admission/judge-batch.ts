import type { AdmissionResult } from '#src/domain/admission-result.ts'
import type { AdmissionStore, Candidate, Judge, KnownIncident, Verdict } from '#src/intake/admission/admission-store.ts'
import { alertKeyOf, type Known, scopeKeys } from './known-incidents.ts'
import type { LiveLoad } from './queue-load.ts'
import type { IncidentEvent } from '#src/incidents/lifecycle.ts'
import { isOpen } from '#src/incidents/lifecycle-state.ts'
import { toResource } from '#src/adapters/sql/incident-rows.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'
import { type IncidentIdentity, TrackedIncident } from '#src/adapters/sql/tracked-incident.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'

/** An alert key and the incident that it now belongs to. */
interface AlertOwner {
  source: string
  alert_key: string
  incident_id: string
  consequence: number
}

/** What a batch comes to, before it is written. */
export interface Judged {
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
export class BatchJudge {
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
    told: reported,
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
