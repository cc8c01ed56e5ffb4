import { CodedError } from '#src/domain/coded-error.ts'
import type { Execution } from '#src/domain/execution.ts'
import type { Page } from '#src/domain/page.ts'
import { evaluateStart } from './execution-lifecycle.ts'
import type { ExecutionIntent, ExecutionQuery, ExecutionReport, Executions, ExecutionStore } from './port.ts'

/** What executions are made of. */
export interface ExecutionDeps {
  store: Pick<ExecutionStore, 'begin' | 'end' | 'get' | 'list'>
  newId: (prefix: string) => string
  /** Epoch milliseconds. */
  now: () => number
  /** After that an execution whose end was not reported times out. */
  timeout_ms: number
  /** How long the run that checks the outcome may wait. */
  queue_ttl_ms: number
  /** An incident was queued: a worker may take it at once. */
  onQueued: () => void
}

/**
 * Executions over a store: people report what they carry out. Nobody else starts on the same target meanwhile, an approval is required
 * where the plan needs one, and a run checks the outcome.
 */
export function createExecutions(deps: ExecutionDeps): Executions {
  return new StoredExecutions(deps)
}

class StoredExecutions implements Executions {
  readonly #deps: ExecutionDeps

  constructor(deps: ExecutionDeps) {
    this.#deps = deps
  }

  list(query: ExecutionQuery): Promise<Page<Execution>> {
    return this.#deps.store.list(query)
  }

  get(id: string): Promise<Execution | undefined> {
    return this.#deps.store.get(id)
  }

  async begin(intent: ExecutionIntent): Promise<Execution> {
    const { store, newId, now, timeout_ms } = this.#deps
    const at = now()
    const draft = { ...intent, id: newId('exe'), at, expires_ms: at + timeout_ms }
    const result = await store.begin(draft, (facts) => evaluateStart(facts, intent))
    if (result.kind === 'unknown') throw new CodedError('SRE_INCIDENTS_UNKNOWN', 'no incident has this id')
    if (result.kind === 'started') return result.execution
    const { why, detail } = result.refusal
    throw new CodedError('SRE_EXECUTIONS_REFUSED', `${why}: ${detail}`)
  }

  async end(id: string, report: ExecutionReport): Promise<{ execution: Execution; follow_up_run: boolean }> {
    const { store, now, queue_ttl_ms, onQueued } = this.#deps
    const at = now()
    const result = await store.end(id, { ...report, at, queue_expires_ms: at + queue_ttl_ms })
    if (!result) throw new CodedError('SRE_EXECUTIONS_UNKNOWN', 'no execution has this id')
    const { execution, changed, follow_up_run } = result
    if (!changed && !(execution.status === report.status && execution.ended_by === report.by))
      throw new CodedError('SRE_EXECUTIONS_STATE', `it has ended already: it is ${execution.status}`)
    if (follow_up_run) onQueued()
    return { execution, follow_up_run }
  }
}
