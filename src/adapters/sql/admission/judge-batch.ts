import type { AdmissionResult } from '#src/domain/admission-result.ts'
import type { AdmissionStore, Candidate, Judge, KnownIncident, Verdict } from '#src/intake/port.ts'
import { alertKeyOf, type Known, scopeKeys } from './known-incidents.ts'
import { LiveIncident } from './live-incident.ts'
import { openRow } from './open-row.ts'
import type { LiveLoad } from './queue-load.ts'

/** An alert key and the incident that it now belongs to. */
interface AlertOwner {
  source: string
  alert_key: string
  incident_id: string
  consequence: number
}

/** What a batch comes to, before it is written. */
export interface Judged {
  fates: Awaited<ReturnType<AdmissionStore['admit']>>
  /** Candidates that are kept as signals, with their fates. */
  kept: { candidate: Candidate; fate: AdmissionResult }[]
  incidents: LiveIncident[]
  alert_keys: AlertOwner[]
}

interface Match {
  incident: LiveIncident
  match: KnownIncident['match']
}

/** Judges candidates one after the other, each in the light of what those before it did. */
export class BatchJudge {
  readonly #judge: Judge
  readonly #load: LiveLoad
  readonly #incidents = new Map<string, LiveIncident>()
  readonly #byPrint = new Map<string, Match>()
  readonly #byAlert = new Map<string, Match>()
  readonly #byScope = new Map<string, LiveIncident[]>()
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
    const fates = [...requests.values()].flatMap((candidates) => this.#request(candidates))
    const incidents = [...this.#incidents.values()].filter((incident) => incident.is_new || incident.changed)
    return { fates, kept: this.#kept, incidents, alert_keys: [...this.#owners.values()] }
  }

  #take(row: LiveIncident['row']): LiveIncident {
    const incident = this.#incidents.get(row.id) ?? new LiveIncident({ ...row }, false)
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
    const load = this.#load.for(candidate.service, match?.incident.row.id)
    const verdict = this.#judge(candidate, match?.incident.known(match.match), load)
    return verdict.kind === 'refuse' ? verdict.reason : undefined
  }

  #one(candidate: Candidate): AdmissionResult {
    const { delivery_key } = candidate.signal
    const first = delivery_key === undefined ? undefined : this.#delivered.get(delivery_key)
    if (first) return first
    const match = this.#match(candidate)
    const load = this.#load.for(candidate.service, match?.incident.row.id)
    const verdict = this.#judge(candidate, match?.incident.known(match.match), load)
    const fate = { signal_id: candidate.signal_id, ...this.#apply(candidate, verdict, match) }
    if (fate.status === 'refused') return fate
    this.#kept.push({ candidate, fate })
    if (delivery_key !== undefined) this.#delivered.set(delivery_key, fate)
    return fate
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
      .find((found) => found.open && found.row.cluster === cluster && found.row.namespace === namespace)
    return incident && { incident, match: 'consequence' }
  }

  #apply(candidate: Candidate, verdict: Verdict, match: Match | undefined): Omit<AdmissionResult, 'signal_id'> {
    const { reason } = verdict
    if (verdict.kind === 'refuse') return { status: 'refused', reason }
    if (verdict.kind === 'suppress') return { status: 'suppressed', reason }
    if (verdict.kind === 'open') return this.#open(candidate, verdict)
    const incident = match?.incident
    if (!match || incident?.row.id !== verdict.incident_id)
      throw new Error('the judge named an incident that it was not shown')
    const before = incident.row.status
    if (verdict.kind === 'join') incident.join(candidate, verdict)
    else incident.resolve(candidate, reason)
    this.#load.moved(incident.row, before)
    this.#own(candidate, match)
    return { incident_id: incident.row.id, status: 'joined', reason }
  }

  #open(candidate: Candidate, verdict: Extract<Verdict, { kind: 'open' }>): Omit<AdmissionResult, 'signal_id'> {
    if (openOnly(this.#byPrint.get(candidate.fingerprint))?.match === 'fingerprint')
      throw new Error('the judge opened a second incident for one fingerprint')
    const incident = new LiveIncident(openRow(candidate, verdict), true)
    const { id } = incident.row
    this.#incidents.set(id, incident)
    incident.begin(candidate, verdict)
    this.#byPrint.set(candidate.fingerprint, { incident, match: 'fingerprint' })
    this.#load.moved(incident.row, undefined)
    this.#own(candidate, { incident, match: 'fingerprint' })
    return { incident_id: id, status: verdict.status, reason: verdict.reason }
  }

  #own(candidate: Candidate, { incident, match }: Match): void {
    const { source, alert_key, state } = candidate.signal
    if (alert_key === undefined) return
    if (state === 'resolved') return incident.forget(alert_key)
    incident.fire(alert_key)
    const key = alertKeyOf(source, alert_key)
    const consequence = match === 'consequence' ? 1 : 0
    const former = this.#byAlert.get(key)?.incident
    if (former !== incident) former?.forget(alert_key)
    this.#byAlert.set(key, { incident, match: consequence ? 'consequence' : 'alert_key' })
    this.#owners.set(key, { source, alert_key, incident_id: incident.row.id, consequence })
  }
}

function openOnly(match: Match | undefined): Match | undefined {
  return match?.incident.open ? match : undefined
}
