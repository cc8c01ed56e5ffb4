import { CodedError } from '#src/domain/coded-error.ts'
import type { Execution } from '#src/domain/execution.ts'
import type { Page } from '#src/domain/page.ts'
import type { Ended, ExecutionEnd, ExecutionQuery, ExecutionStore } from './execution-store.ts'
import { evaluateStart } from './may-begin.ts'

/** What the desk works with. */
export interface ExecutionDeskDeps {
  store: ExecutionStore
  newId: (prefix: string) => string
  /** Epoch milliseconds. */
  now: () => number
  /** How long the end of an execution may stay untold. */
  longest_ms: number
  /** How long the run that looks at the outcome may wait. */
  queue_ttl_ms: number
  /** An incident was queued: a worker may take it at once. */
  onQueued: () => void
}

/** What a person is going to carry out. */
export interface Intent {
  incident_id: string
  action_id: string
  plan_hash: string
  by: string
}

/** How it ended, as a person tells. */
export type ToldEnd = Pick<ExecutionEnd, 'status' | 'by' | 'note' | 'trace_id'>

/**
 * Where people say what they carry out: nobody else begins on the same target meanwhile, what needs an approval has one, and what was
 * done is looked at by a run. Rejects with SRE_INCIDENTS_UNKNOWN, SRE_EXECUTIONS_UNKNOWN, SRE_EXECUTIONS_REFUSED or
 * SRE_EXECUTIONS_STATE where it cannot be.
 */
export class Executions {
  readonly #deps: ExecutionDeskDeps

  constructor(deps: ExecutionDeskDeps) {
    this.#deps = deps
  }

  list(query: ExecutionQuery): Promise<Page<Execution>> {
    return this.#deps.store.list(query)
  }

  get(id: string): Promise<Execution | undefined> {
    return this.#deps.store.get(id)
  }

  async begin(intent: Intent): Promise<Execution> {
    const { store, newId, now, longest_ms } = this.#deps
    const at = now()
    const draft = { ...intent, id: newId('exe'), at, expires_ms: at + longest_ms }
    const begun = await store.begin(draft, (facts) => evaluateStart(facts, intent))
    if (begun.kind === 'unknown') throw new CodedError('SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
    if (begun.kind === 'begun') return begun.execution
    const { why, detail } = begun.refusal
    throw new CodedError('SRE_EXECUTIONS_REFUSED', `${why}: ${detail}`)
  }

  /** The same end again changes nothing, so that an answer that was lost can be asked for once more. */
  async end(id: string, told: ToldEnd): Promise<Omit<Ended, 'changed'>> {
    const { store, now, queue_ttl_ms, onQueued } = this.#deps
    const at = now()
    const ended = await store.end(id, { ...told, at, queue_expires_ms: at + queue_ttl_ms })
    if (!ended) throw new CodedError('SRE_EXECUTIONS_UNKNOWN', 'no execution has this id')
    const { execution, changed, looks } = ended
    if (!changed && !(execution.status === told.status && execution.ended_by === told.by))
      throw new CodedError('SRE_EXECUTIONS_STATE', `it has ended already: it is ${execution.status}`)
    if (looks) onQueued()
    return { execution, looks }
  }
}
