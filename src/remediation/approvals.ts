import type { Approval } from '#src/domain/approval.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import type { Page } from '#src/domain/page.ts'
import type { ApprovalQuery, ApprovalStore, Decided } from './approval-store.ts'

/** What the desk works with. */
export interface ApprovalDeskDeps {
  store: ApprovalStore
  /** Epoch milliseconds. */
  now: () => number
  /** How long an approval that was given may be used. */
  valid_ms: number
}

/** What a person says to a plan that the person has seen. */
export interface Answer {
  plan_hash: string
  by: string
  comment?: string
}

/**
 * Where people look at approvals and answer them. Only an authenticated person's own request decides: nothing that a model, a log line
 * or a chat says comes here. Rejects with SRE_APPROVALS_UNKNOWN, SRE_APPROVALS_PLAN or SRE_APPROVALS_STATE where it cannot be answered.
 */
export class Approvals {
  readonly #deps: ApprovalDeskDeps

  constructor(deps: ApprovalDeskDeps) {
    this.#deps = deps
  }

  list(query: ApprovalQuery): Promise<Page<Approval>> {
    return this.#deps.store.list(query, this.#deps.now())
  }

  get(id: string): Promise<Approval | undefined> {
    return this.#deps.store.get(id, this.#deps.now())
  }

  approve(id: string, answer: Answer): Promise<Approval> {
    return this.#decide(id, 'approved', answer)
  }

  /** Also takes back what was approved and is not used yet. */
  reject(id: string, answer: Answer): Promise<Approval> {
    return this.#decide(id, 'rejected', answer)
  }

  async #decide(id: string, status: 'approved' | 'rejected', answer: Answer): Promise<Approval> {
    const { store, now, valid_ms } = this.#deps
    const at = now()
    const decided = await store.decide(id, { ...answer, status, at, expires_ms: at + valid_ms })
    if (!decided) throw new CodedError('SRE_APPROVALS_UNKNOWN', 'no approval has this id')
    if (!decided.refused) return decided.approval
    if (decided.refused === 'other_plan')
      throw new CodedError('SRE_APPROVALS_PLAN', `it is about another plan: ${decided.approval.plan_hash}`)
    throw new CodedError('SRE_APPROVALS_STATE', `it cannot be ${status} now: ${whyNot(decided)}`)
  }
}

function whyNot({ approval, refused }: Decided): string {
  if (refused === 'used') return `it was used for ${approval.execution_id ?? 'an execution'}`
  if (refused === 'not_recommended') return 'the last run does not recommend it'
  const { status, status_reason, decided_by } = approval
  const who = decided_by === undefined ? '' : ` by ${decided_by}`
  return `it is ${status}${status === 'expired' || status === 'withdrawn' ? '' : who}${status_reason === undefined ? '' : `, ${status_reason}`}`
}
