import type { Approval } from '#src/domain/approval.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import type { Page } from '#src/domain/page.ts'
import type { ApprovalAnswer, ApprovalQuery, Approvals, ApprovalStore, DecisionResult } from './port.ts'

/** What approvals are made of. */
export interface ApprovalDeps {
  store: Pick<ApprovalStore, 'get' | 'list' | 'decide'>
  /** Epoch milliseconds. */
  now: () => number
  /** How long an approval may be used. */
  valid_ms: number
}

/**
 * Approvals over a store. Only an authenticated person's own request decides: nothing that a model, a log line or a chat says arrives
 * here.
 */
export function createApprovals(deps: ApprovalDeps): Approvals {
  return new StoredApprovals(deps)
}

class StoredApprovals implements Approvals {
  readonly #deps: ApprovalDeps

  constructor(deps: ApprovalDeps) {
    this.#deps = deps
  }

  list(query: ApprovalQuery): Promise<Page<Approval>> {
    return this.#deps.store.list(query, this.#deps.now())
  }

  get(id: string): Promise<Approval | undefined> {
    return this.#deps.store.get(id, this.#deps.now())
  }

  approve(id: string, answer: ApprovalAnswer): Promise<Approval> {
    return this.#decide(id, 'approved', answer)
  }

  reject(id: string, answer: ApprovalAnswer): Promise<Approval> {
    return this.#decide(id, 'rejected', answer)
  }

  async #decide(id: string, status: 'approved' | 'rejected', answer: ApprovalAnswer): Promise<Approval> {
    const { store, now, valid_ms } = this.#deps
    const at = now()
    const decided = await store.decide(id, { ...answer, status, at, expires_ms: at + valid_ms })
    if (!decided) throw new CodedError('SRE_APPROVALS_UNKNOWN', 'no approval has this id')
    if (!decided.refused) return decided.approval
    if (decided.refused === 'other_plan')
      throw new CodedError('SRE_APPROVALS_PLAN', `it is for another plan: ${decided.approval.plan_hash}`)
    throw new CodedError('SRE_APPROVALS_STATE', `it cannot be ${status} now: ${whyNot(decided)}`)
  }
}

function whyNot({ approval, refused }: DecisionResult): string {
  if (refused === 'used') return `it was used for ${approval.execution_id ?? 'an execution'}`
  if (refused === 'not_recommended') return 'the last run does not recommend it'
  const { status, status_reason, decided_by } = approval
  const who = decided_by === undefined ? '' : ` by ${decided_by}`
  return `it is ${status}${status === 'expired' || status === 'withdrawn' ? '' : who}${status_reason === undefined ? '' : `, ${status_reason}`}`
}
