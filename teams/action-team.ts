import { Annotation, Command, END, START, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph'
import { z } from 'zod'
import { approvalAgent } from '#agents/action/approval-agent.ts'
import { type GuardBrief, guardAgent, type Judgements } from '#agents/action/guard-agent.ts'
import type { ProposedAction } from '#src/domain/action.ts'
import { recommendationAgent } from '#agents/action/recommendation-agent.ts'
import { type AgentDeps, runAgent } from '#agents/run-agent.ts'
import type { RecommendedAction } from '#src/domain/action.ts'
import type { Finding } from '#src/domain/finding.ts'
import { memberOptions, type TeamOutcome, workOf } from './team.ts'

/*
 * Recommendation -> Guard -> Approval; what Guard denies goes back to Recommendation with the reason, for the next remedy. Guard
 * and Approval are rules always: no model is asked, so none can approve anything.
 */

/** What the leader asks of the team. */
export interface ActionTeamBrief {
  /** Ids of root findings, weightiest first. */
  roots: readonly string[]
  policy: GuardBrief['policy']
  human_in_loop_actions: readonly string[]
  disagreement: boolean
}

/** What the team answers. */
export interface ActionTeamReport extends TeamOutcome {
  actions: RecommendedAction[]
}

interface Work {
  brief: ActionTeamBrief
  findings: Finding[]
  deps: AgentDeps
}

const maxHandBacks = 3
const Denied = z.array(z.object({ key: z.string(), reasons: z.array(z.string()) }))
const HandBack = z.object({ denied: Denied })

const State = Annotation.Root({
  denied: Annotation<z.infer<typeof Denied>>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
  proposed: Annotation<ProposedAction[]>({ reducer: (_, next) => next, default: () => [] }),
  judged: Annotation<Judgements['judged']>({ reducer: (_, next) => next, default: () => [] }),
  actions: Annotation<RecommendedAction[]>({ reducer: (_, next) => next, default: () => [] }),
  hand_backs: Annotation<number>({ reducer: (left, right) => left + right, default: () => 0 }),
  agents: Annotation<ActionTeamReport['agents']>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
  turns: Annotation<number>({ reducer: (left, right) => left + right, default: () => 0 }),
  tool_calls: Annotation<number>({ reducer: (left, right) => left + right, default: () => 0 }),
})
type State = typeof State.State
type Update = Partial<State>
const Context = Annotation.Root({ work: Annotation<Work>() })
type Config = LangGraphRunnableConfig<typeof Context.State>

const graph = new StateGraph(State, Context)
  .addNode('recommendation', recommend, memberOptions(recommendationAgent))
  .addNode('guard', guard, { ...memberOptions(guardAgent), ends: ['recommendation', 'approval'] })
  .addNode('approval', approve, memberOptions(approvalAgent))
  .addEdge(START, 'recommendation')
  .addEdge('recommendation', 'guard')
  .addEdge('approval', END)
  .compile({ checkpointer: false, name: 'action' })

/** The action team: roots in, judged actions out. */
export const actionTeam = {
  name: 'action',
  description: 'Recommends the smallest safe changes, has them judged by policy, and says which approvals they need.',
  graph,
  async run(brief: ActionTeamBrief, findings: Finding[], deps: AgentDeps): Promise<ActionTeamReport> {
    const state = await graph.invoke({}, { context: { work: { brief, findings, deps } }, recursionLimit: 40 })
    return { actions: state.actions, agents: latest(state.agents), turns: state.turns, tool_calls: state.tool_calls }
  },
}

async function recommend(state: State, config: Config): Promise<Update> {
  const { brief, findings, deps } = workOf('action', config)
  const input = { brief: { roots: brief.roots, denied: state.denied }, results: [], findings }
  const result = await runAgent(recommendationAgent, input, deps)
  const spent = { turns: result.turns, tool_calls: result.tool_calls }
  if (result.kind === 'handoff') return spent
  const agents = [{ name: recommendationAgent.name, mind: result.mind, said: result.said }]
  return { ...spent, proposed: result.output.actions, agents }
}

async function guard(state: State, config: Config): Promise<Command<unknown, Update, 'recommendation' | 'approval'>> {
  const { brief, findings, deps } = workOf('action', config)
  const may_hand_back = state.hand_backs < maxHandBacks
  const input = { brief: { actions: state.proposed, policy: brief.policy, may_hand_back }, results: [], findings }
  const result = await runAgent(guardAgent, input, { ...deps, mind_for: undefined })
  const spent = { turns: result.turns, tool_calls: result.tool_calls }
  if (result.kind === 'handoff') {
    const { denied } = HandBack.parse(result.request)
    const agents = [{ name: guardAgent.name, mind: 'rules', said: result.reason }]
    return new Command({ goto: 'recommendation', update: { ...spent, denied, hand_backs: 1, agents } })
  }
  const agents = [{ name: guardAgent.name, mind: result.mind, said: result.said }]
  return new Command({ goto: 'approval', update: { ...spent, judged: result.output.judged, agents } })
}

async function approve(state: State, config: Config): Promise<Update> {
  const { brief, findings, deps } = workOf('action', config)
  const { human_in_loop_actions, disagreement } = brief
  const input = { brief: { judged: state.judged, human_in_loop_actions, disagreement }, results: [], findings }
  const result = await runAgent(approvalAgent, input, { ...deps, mind_for: undefined })
  const spent = { turns: result.turns, tool_calls: result.tool_calls }
  if (result.kind === 'handoff') return spent
  const agents = [{ name: approvalAgent.name, mind: result.mind, said: result.said }]
  return { ...spent, actions: result.output.actions, agents }
}

/** One line per agent: what it said last, and before that why the guard handed back. */
function latest(agents: ActionTeamReport['agents']): ActionTeamReport['agents'] {
  const byName = Map.groupBy(agents, (agent) => agent.name)
  return [...byName.values()].map((entries) => ({
    name: entries[0]?.name ?? '',
    mind: entries.at(-1)?.mind ?? 'rules',
    said: [...new Set(entries.map((entry) => entry.said))].slice(-3).join(' ').slice(0, 300),
  }))
}
