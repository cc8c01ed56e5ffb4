import type { Candidate, KnownIncident, Verdict } from '#src/intake/port.ts'
import { boundFiring, boundTold } from '#src/adapters/sql/bound-lists.ts'
import { claimRank } from '#src/adapters/sql/claim-rank.ts'
import { toResource, toTexts } from '#src/adapters/sql/incident-rows.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'
import type { TimelineEntry, TimelineKind } from '#src/domain/timeline.ts'

type Join = Extract<Verdict, { kind: 'join' }>

/** An open incident while a batch is judged: its row as it will be, and the lines that its history gets. */
export class LiveIncident {
  readonly row: IncidentRow
  /** The row as it was before the batch. */
  readonly before: Readonly<IncidentRow>
  readonly is_new: boolean
  readonly notes: TimelineEntry[] = []
  changed = false
  #told: string[]
  #firing: string[]

  constructor(row: IncidentRow, is_new: boolean) {
    this.row = row
    this.before = { ...row }
    this.is_new = is_new
    this.#told = toTexts(row.told)
    this.#firing = toTexts(row.firing)
  }

  /** As the judge sees it. */
  known(match: KnownIncident['match']): KnownIncident {
    const { id, status, priority, resource, signal_count, decided_at } = this.row
    return {
      id,
      status: status as KnownIncident['status'],
      match,
      priority,
      resource: toResource(resource),
      signal_count,
      decided_at: decided_at ?? undefined,
      told: this.#told,
      firing: this.#firing,
    }
  }

  get open(): boolean {
    return this.row.status === 'queued' || this.row.status === 'running' || this.row.status === 'done'
  }

  /** What its first signal brought. */
  begin(candidate: Candidate, { reason, novelty }: Extract<Verdict, { kind: 'open' }>): void {
    this.#tell(novelty)
    this.note('opened', reason, candidate)
  }

  join(candidate: Candidate, verdict: Join): void {
    this.#count(candidate)
    this.#tell(verdict.novelty)
    if (verdict.priority < this.row.priority) this.#raise(verdict)
    if (candidate.signal.state === 'firing') this.row.close_after = null
    if (verdict.wake) this.#wake(candidate, verdict)
    else if (verdict.noted) this.note('joined', verdict.reason, candidate)
  }

  resolve(candidate: Candidate, reason: string): void {
    this.#count(candidate)
    this.note('resolved', reason, candidate)
    if (this.row.status === 'running') {
      this.row.close_after = reason
      return
    }
    Object.assign(this.row, { status: 'closed', status_reason: reason, closed_at: candidate.received_at, resumes: 0 })
    this.note('closed', reason, candidate)
  }

  fire(alert_key: string): void {
    if (this.#firing.includes(alert_key)) return
    this.#keepFiring([...this.#firing, alert_key])
  }

  /** The alert does not fire into it any more. */
  forget(alert_key: string): void {
    if (this.#firing.includes(alert_key)) this.#keepFiring(this.#firing.filter((key) => key !== alert_key))
  }

  note(kind: TimelineKind, text: string, { received_at, caller }: Candidate): void {
    this.row.timeline_seq += 1
    this.changed = true
    const { id: incident_id, timeline_seq: seq } = this.row
    this.notes.push({ incident_id, seq, at: received_at, kind, text, actor: caller })
  }

  #keepFiring(keys: readonly string[]): void {
    this.#firing = boundFiring(keys)
    this.row.firing = toJson(this.#firing)
    this.changed = true
  }

  #count({ received_at }: Candidate): void {
    this.changed = true
    this.row.signal_count += 1
    this.row.updated_at = received_at
    this.row.last_signal_ms = Date.parse(received_at)
  }

  #tell(novelty: string): void {
    if (this.#told.includes(novelty)) return
    this.#told = boundTold([...this.#told, novelty])
    this.row.told = toJson(this.#told)
  }

  #raise({ priority }: Join): void {
    this.row.priority = priority
    this.row.claim_rank = claimRank(this.row.queued_ms, priority)
  }

  #wake(candidate: Candidate, { reason, expires_at }: Join): void {
    const { row } = this
    const expires_ms = Date.parse(expires_at)
    this.note('woken', reason, candidate)
    row.next_trace_id = candidate.trace_id
    if (row.status === 'running') {
      Object.assign(row, { woken: 1, wake_expires_ms: expires_ms })
      return
    }
    if (row.status === 'queued') {
      if (row.expires_ms !== null) row.expires_ms = Math.max(row.expires_ms, expires_ms)
      return
    }
    const queued_ms = Date.parse(candidate.received_at)
    const claim_rank = claimRank(queued_ms, row.priority)
    const status_reason = reason
    Object.assign(row, { status: 'queued', status_reason, queued_ms, available_ms: 0, claim_rank, expires_ms })
  }
}
