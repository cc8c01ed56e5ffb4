import { CodedError } from '#src/domain/coded-error.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { Feedback, FeedbackDraft } from '#src/domain/feedback.ts'
import type { IncidentRecord, IncidentStatus } from '#src/domain/incident-record.ts'
import type { IncidentNotifier } from './incident-notifier.ts'
import type { Actor, FeedbackStore, IncidentArchive, IncidentCommands, IncidentControl, Intervened } from './port.ts'

/* What people ask of incidents that are in the store: to wait for a decision, to run again, to close, to say what they think of it. */

/** What the commands work with. */
export interface IncidentCommandDeps {
  archive: Pick<IncidentArchive, 'get'>
  control: IncidentControl
  feedback: FeedbackStore
  /** Notified when the end of a run is stored by this process. */
  notifier: IncidentNotifier
  /** Aborted when the service begins to stop. */
  stopping: AbortSignal
  newId: (prefix: string) => string
  /** Epoch milliseconds. */
  now: () => number
  /** How long an incident that is queued again may wait. */
  queue_ttl_ms: number
  /** How often to check for the end of runs of other replicas. */
  poll_ms: number
  /** An incident was queued: a worker may take it at once. */
  onQueued: () => void
}

/** The commands over a store. */
export function createIncidentCommands(deps: IncidentCommandDeps): IncidentCommands {
  return new StoredIncidentCommands(deps)
}

/** From which statuses; an error names them. */
const againFrom: Readonly<Record<'rerun' | 'requeue', readonly IncidentStatus[]>> = {
  rerun: ['done', 'failed', 'expired', 'closed'],
  requeue: ['failed', 'expired'],
}

class StoredIncidentCommands implements IncidentCommands {
  readonly #deps: IncidentCommandDeps

  constructor(deps: IncidentCommandDeps) {
    this.#deps = deps
  }

  async wait(incident_id: string, { since, signal }: { since: string; signal: AbortSignal }): Promise<Decision> {
    const { archive, notifier, stopping, poll_ms } = this.#deps
    for (;;) {
      // Listening starts before the read: a run that ends in between must not be missed.
      const listening = new AbortController()
      const stop = () => listening.abort()
      signal.addEventListener('abort', stop, { once: true })
      stopping.addEventListener('abort', stop, { once: true })
      try {
        const news = notifier.wait(incident_id, poll_ms, listening.signal)
        const answer = readAnswer(await archive.get(incident_id), since)
        if (answer) return answer
        signal.throwIfAborted()
        if (stopping.aborted) throw closing()
        await news
      } finally {
        signal.removeEventListener('abort', stop)
        stopping.removeEventListener('abort', stop)
        listening.abort()
      }
    }
  }

  rerun(incident_id: string, by: Actor): Promise<IncidentRecord> {
    return this.#again(incident_id, by, 'rerun')
  }

  requeue(incident_id: string, by: Actor): Promise<IncidentRecord> {
    return this.#again(incident_id, by, 'requeue')
  }

  async close(incident_id: string, by: Actor & { reason: string }): Promise<IncidentRecord> {
    const intervention = { actor: by.name, reason: by.reason, trace_id: by.trace_id, at: this.#at() }
    const record = changed(await this.#deps.control.close(incident_id, intervention), 'close', 'anything but closed')
    this.#deps.notifier.notify(incident_id)
    return record
  }

  async feedback(incident_id: string, draft: FeedbackDraft, by: Actor): Promise<Feedback> {
    const { newId, feedback: store } = this.#deps
    const feedback = { ...draft, id: newId('fb'), incident_id, at: this.#at(), by: by.name }
    if (!(await store.add(feedback))) throw unknown()
    return feedback
  }

  async #again(incident_id: string, by: Actor, what: 'rerun' | 'requeue'): Promise<IncidentRecord> {
    const { control, now, queue_ttl_ms, onQueued } = this.#deps
    const from = againFrom[what]
    const intervened = await control.queueAgain(incident_id, {
      actor: by.name,
      reason: what === 'rerun' ? 'a person asked for another run' : 'a person queued it again',
      trace_id: by.trace_id,
      at: this.#at(),
      from,
      expires_at: new Date(now() + queue_ttl_ms).toISOString(),
    })
    const record = changed(intervened, what, from.join(', '))
    onQueued()
    return record
  }

  #at(): string {
    return new Date(this.#deps.now()).toISOString()
  }
}

function changed(result: Intervened | undefined, what: string, allowed: string): IncidentRecord {
  if (!result) throw unknown()
  if (result.changed) return result.record
  const { status } = result.record
  const why = allowed.split(', ').includes(status)
    ? 'another incident about the same problem is open'
    : `it is ${status}; allowed: ${allowed}`
  throw new CodedError('SRE_INCIDENTS_STATE', `the incident cannot ${what} now: ${why}`)
}

function unknown(): CodedError {
  return new CodedError('SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
}

function closing(): CodedError {
  return new CodedError(
    'SRE_INCIDENTS_CLOSING',
    'the service is stopping; what was accepted is run after the next start',
    {
      retry: true,
    },
  )
}

/**
 * The decision that answers a signal of `since` (ISO) or later; undefined while one is still to come. An attempt that failed
 * answers as well, though it is tried again: a person does not wait through a back-off. Throws where there will be none.
 */
function readAnswer(record: IncidentRecord | undefined, since: string): Decision | undefined {
  if (!record) throw new CodedError('SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
  const { status, decision, failures, updated_at, status_reason } = record
  if (status === 'running') return undefined
  if (status === 'queued') return failures > 0 && updated_at >= since ? decision : undefined
  if (decision && status !== 'expired') return decision
  const why = status_reason ?? `it is ${status}`
  throw new CodedError('SRE_INCIDENTS_NO_DECISION', `the incident has ended without a decision: ${why}`)
}
