import type { Store } from '#src/adapters/sql/store.ts'
import type { RecommendedAction } from '#src/domain/action.ts'
import type { Decision } from '#src/domain/decision.ts'
import { requiredApprovals } from '#src/remediation/approval-lifecycle.ts'
import { assessAfterExecution } from '#src/remediation/execution-lifecycle.ts'
import type { Candidate } from '#src/intake/admission/admission-store.ts'
import { answerFor } from './answer-for.ts'
import { buildCandidate } from './build-candidate.ts'
import { plainJudge } from './plain-judge.ts'

const hourMs = 3_600_000
const root: Decision['root_causes'][number] = {
  resource: { kind: 'Deployment', namespace: 'payments', name: 'gateway' },
  mechanism: 'missing_env',
  statement: 'GATEWAY_URL is not set.',
  confidence: 0.9,
  evidence: [],
}

/** Runs over a store that recommend changes; `now` is epoch milliseconds, and `seconds` count from there. */
export function changesOver(store: Store, now: number) {
  let asked = 0
  const claim = async (run_id: string, seconds: number) => {
    const request = { owner: 'w1', now: now + seconds * 1000, lease_ms: 30_000, limit: 9, alone: true }
    const claimed = await store.queue.claim({ ...request, new_run_id: run_id })
    if (!claimed) throw new Error('nothing to claim')
    return claimed
  }
  const finish = async (
    claimed: Awaited<ReturnType<typeof claim>>,
    actions: RecommendedAction[],
    { seconds = 1, over = {} }: { seconds?: number; over?: Partial<Decision> } = {},
  ) => {
    const decision = answerFor(claimed, {
      outcome: 'issue',
      root_causes: [root],
      recommended_actions: actions,
      ...over,
    })
    const ms = now + seconds * 1000
    const after = {
      approvals: requiredApprovals(decision, { newId: (prefix) => `${prefix}_${++asked}`, expires_ms: ms + hourMs }),
      observe: (execution: Parameters<typeof assessAfterExecution>[0]) =>
        assessAfterExecution(execution, decision, new Date(ms).toISOString()),
    }
    await store.queue.finish(claimed, { kind: 'decided', decision, scope: [], after }, ms)
    return decision
  }
  return {
    claim,
    finish,
    async open(candidate: Partial<Candidate> = {}): Promise<string> {
      const received_at = new Date(now).toISOString()
      const built = buildCandidate({ received_at, ...candidate })
      await store.admission.admit([built], plainJudge)
      return built.new_incident_id
    },
    async decide(
      actions: RecommendedAction[],
      {
        run_id = 'run_1',
        seconds = 1,
        over = {},
      }: { run_id?: string; seconds?: number; over?: Partial<Decision> } = {},
    ): Promise<Decision> {
      return finish(await claim(run_id, seconds), actions, { seconds, over })
    },
    /** A person asks for another run. */
    async again(seconds: number): Promise<void> {
      const at = new Date(now + seconds * 1000).toISOString()
      const expires_at = new Date(now + seconds * 1000 + hourMs).toISOString()
      const [open] = (await store.archive.list({ limit: 1 })).items
      if (!open) throw new Error('no incident')
      const by = { actor: 'anna', reason: 'once more', trace_id: 'e'.repeat(32), at }
      await store.control.queueAgain(open.incident.id, { ...by, from: ['done', 'failed', 'closed'], expires_at })
    },
    async breakOff(run_id: string, seconds: number): Promise<void> {
      const claimed = await claim(run_id, seconds)
      const decision = answerFor(claimed, { outcome: 'unknown' })
      const available_at = now + seconds * 1000
      await store.queue.finish(claimed, { kind: 'retry', decision, why: 'broke', available_at }, available_at)
    },
  }
}
