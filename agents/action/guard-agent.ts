import { z } from 'zod'
import { GuardVerdict } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { judgeAction } from '#src/policy/judge-action.ts'
import type { Policy } from '#src/policy/policy.ts'
import type { Agent, MindContext, MindStep } from '#agents/agent.ts'
import { actionKey } from './action-key.ts'
import { ProposedAction } from '#src/domain/action.ts'

/** What is put before the guard. `may_hand_back` is false once Recommendation has been asked often enough. */
export interface GuardBrief {
  actions: readonly ProposedAction[]
  policy: Policy
  may_hand_back: boolean
}

const Judgements = z.object({ judged: z.array(z.object({ action: ProposedAction, guard: GuardVerdict })) })

/** Output of the agent: every action that is not denied, with its verdict. */
export type Judgements = z.infer<typeof Judgements>

/** Judges each action by policy, always by rules. What is denied goes back to Recommendation with the reason. */
export const guardAgent: Agent<GuardBrief, Judgements> = {
  name: 'guard',
  description: 'Judges each action by policy; a refused one goes back for the next remedy.',
  tools: [],
  handoffs: ['recommendation'],
  output: Judgements,
  rules: { name: 'rules', next: judge },
}

function judge({ brief, view }: MindContext<GuardBrief>): MindStep<Judgements> {
  const judged = brief.actions.map((action) => ({
    action,
    guard: judgeAction({ ...action, service_backed: isServiceBacked(action, view) }, brief.policy),
  }))
  const denied = judged.filter(({ guard }) => guard.verdict === 'deny')
  if (denied.length > 0 && brief.may_hand_back) {
    const request = denied.map(({ action, guard }) => ({ key: actionKey(action), reasons: guard.reasons }))
    const first = denied[0]
    const reason = `${first?.action.kind} of ${first?.action.target.name} is denied: ${first?.guard.reasons[0]}`
    return { kind: 'handoff', to: 'recommendation', reason, request: { denied: request } }
  }
  const passed = judged.filter(({ guard }) => guard.verdict !== 'deny')
  return {
    kind: 'output',
    output: { judged: passed },
    said: `${passed.length} of ${judged.length} may be put forward.`,
  }
}

/** Undefined where services or the pod template were not seen, which policy takes for yes. */
function isServiceBacked({ target }: ProposedAction, view: ClusterView): boolean | undefined {
  const template = view.templateOf(target)
  if (!template || !view.covers('Service', target.namespace)) return undefined
  return view.servicesSelecting(target.namespace, template.metadata?.labels).length > 0
}
