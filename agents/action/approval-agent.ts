import { z } from 'zod'
import { type ApprovalState, humanKinds, RecommendedAction } from '#src/domain/action.ts'
import type { Agent, MindContext } from '#agents/agent.ts'
import type { Judgements } from './guard-agent.ts'

/** Judged actions, and what operators and the diagnosis say about asking people. */
export interface ApprovalBrief {
  judged: Judgements['judged']
  /** Kinds that always need a person, whatever policy says. */
  human_in_loop_actions: readonly string[]
  /** Rules and model did not agree on the root while operators demand that they do. */
  disagreement: boolean
}

const Approvals = z.object({ actions: z.array(RecommendedAction) })

/** Output of the agent: the actions as the decision shows them. */
export type Approvals = z.infer<typeof Approvals>

/** Says which approval each action needs, always by rules. It never approves anything itself. */
export const approvalAgent: Agent<ApprovalBrief, Approvals> = {
  name: 'approval',
  description: 'Says for each action whether a person has to approve it.',
  tools: [],
  handoffs: [],
  output: Approvals,
  rules: { name: 'rules', next: (context) => ({ kind: 'output', ...requireApprovals(context) }) },
}

function requireApprovals({ brief }: MindContext<ApprovalBrief>): { output: Approvals; said: string } {
  const actions = brief.judged.map(({ action, guard }, index): RecommendedAction => {
    const { finding: _finding, ...shown } = action
    const approval = approvalOf(action.kind, guard.verdict, brief)
    return RecommendedAction.parse({ ...shown, id: `act_${index + 1}`, guard, approval })
  })
  const waiting = actions.filter((action) => action.approval.required).length
  return { output: { actions }, said: `${waiting} of ${actions.length} need the approval of a person.` }
}

function approvalOf(kind: RecommendedAction['kind'], verdict: string, brief: ApprovalBrief): ApprovalState {
  if (humanKinds.has(kind)) return { required: false, status: 'not_required' }
  const required = verdict !== 'allow' || brief.disagreement || brief.human_in_loop_actions.includes(kind)
  return { required, status: required ? 'required' : 'not_required' }
}
