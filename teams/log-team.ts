import { Annotation, Command, END, START, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph'
import { z } from 'zod'
import type { ToolOutcome } from '#agents/agent.ts'
import { firstLogRequests } from '#agents/log/first-log-requests.ts'
import { logPatternAgent } from '#agents/log/log-pattern-agent.ts'
import { LogRequest } from '#agents/log/log-request.ts'
import { logSummarizerAgent } from '#agents/log/log-summarizer-agent.ts'
import { lokiQueryAgent } from '#agents/log/loki-query-agent.ts'
import { silentContainers } from '#agents/log/silent-containers.ts'
import { type AgentDeps, type AgentResult, runAgent } from '#agents/run-agent.ts'
import type { LogTarget } from '#agents/select-log-targets.ts'
import type { Finding, FindingDraft } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { Team, TeamOutcome } from './team.ts'

/*
 * A swarm: Query fetches, Summarizer reduces, Pattern judges; Summarizer and Pattern hand back to Query where what was fetched
 * cannot hold the answer, each a bounded number of times. Lines stay in the state of the team; findings leave it.
 */

/** What the leader asks of the team: containers that are not well, and a few that are. */
export interface LogTeamBrief {
  targets: readonly LogTarget[]
}

interface Work {
  findings: Finding[]
  deps: AgentDeps
}

/** How often each member may send the team back to the source. */
const fetchesPerMember = 2
/** Whole logs that are read in one run, and the share of the time that is left which their reading may take. */
const mostWhole = 4
const shareOfTime = 0.4
const longestWholeMs = 105_000
const Wanted = z.object({ requests: z.array(LogRequest) })

const sum = { reducer: (left: number, right: number) => left + right, default: () => 0 }
const State = Annotation.Root({
  requests: Annotation<LogRequest[]>({ reducer: (_, next) => next, default: () => [] }),
  results: Annotation<ToolOutcome[]>({ reducer: (_, next) => next, default: () => [] }),
  findings: Annotation<FindingDraft[]>({ reducer: (_, next) => next, default: () => [] }),
  asked_by_summarizer: Annotation<number>(sum),
  asked_by_pattern: Annotation<number>(sum),
  agents: Annotation<TeamOutcome['agents']>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
  gaps: Annotation<Gap[]>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
  turns: Annotation<number>(sum),
  tool_calls: Annotation<number>(sum),
})
type State = typeof State.State
type Update = Partial<State>
const Context = Annotation.Root({ work: Annotation<Work>() })
type Config = LangGraphRunnableConfig<typeof Context.State>

const graph = new StateGraph(State, Context)
  .addNode('query', query)
  .addNode('summarize', summarize, { ends: ['query', 'match'] })
  .addNode('match', match, { ends: ['query', END] })
  .addEdge(START, 'query')
  .addEdge('query', 'summarize')
  .compile({ checkpointer: false })

/** The log team: containers in, findings and gaps out. */
export const logTeam: Team<LogTeamBrief> = {
  name: 'log',
  description:
    'Reads the logs of containers that are not well or go on complaining, reduces them and recognises what went wrong.',
  members: [lokiQueryAgent, logSummarizerAgent, logPatternAgent],
  async run({ targets }, findings, deps) {
    const requests = firstLogRequests(targets, deps.view)
    if (requests.length === 0) return { findings: [], agents: [], gaps: [], turns: 0, tool_calls: 0 }
    const state = await graph.invoke({ requests }, { context: { work: { findings, deps } }, recursionLimit: 40 })
    const { agents, turns, tool_calls } = state
    const silent = silentContainers(state.results, [...findings, ...state.findings], deps.view)
    return { findings: state.findings, agents, gaps: distinct([...state.gaps, ...silent]), turns, tool_calls }
  },
}

async function query(state: State, config: Config): Promise<Update> {
  const { findings, deps } = workOf(config)
  const most_ms = Math.max(1000, Math.min(longestWholeMs, Math.floor((deps.left_ms ?? Infinity) * shareOfTime)))
  const brief = { requests: state.requests, most_ms }
  return digest(lokiQueryAgent.name, await runAgent(lokiQueryAgent, { brief, results: state.results, findings }, deps))
}

async function summarize(state: State, config: Config): Promise<Command<unknown, Update, 'query' | 'match'>> {
  const { findings, deps } = workOf(config)
  const brief = { may_ask_again: state.asked_by_summarizer < fetchesPerMember }
  const result = await runAgent(logSummarizerAgent, { brief, results: state.results, findings }, deps)
  const update = digest(logSummarizerAgent.name, result)
  const requests = wantedBy(result, brief.may_ask_again)
  if (!requests) return new Command({ goto: 'match', update })
  const unread = requests.filter(({ whole }) => whole).slice(mostWhole)
  const wanted = requests.filter((request) => !unread.includes(request))
  const gaps = [...(update.gaps ?? []), ...unread.map(notWhole)]
  return new Command({ goto: 'query', update: { ...update, gaps, requests: wanted, asked_by_summarizer: 1 } })
}

async function match(state: State, config: Config): Promise<Command<unknown, Update, 'query' | typeof END>> {
  const { findings, deps } = workOf(config)
  const brief = { may_ask_again: state.asked_by_pattern < fetchesPerMember }
  const result = await runAgent(logPatternAgent, { brief, results: state.results, findings }, deps)
  const update = digest(logPatternAgent.name, result)
  if (result.kind === 'output')
    return new Command({ goto: END, update: { ...update, findings: result.output.findings } })
  const requests = wantedBy(result, brief.may_ask_again)
  if (requests) return new Command({ goto: 'query', update: { ...update, requests, asked_by_pattern: 1 } })
  return new Command({ goto: END, update: await judgeByRules(state, update, config) })
}

function notWhole({ namespace, pod, container, tail_lines }: LogRequest): Gap {
  return {
    what: `what container ${container} of pod ${pod} in namespace ${namespace} said before its newest ${tail_lines} lines`,
    why: `one run reads ${mostWhole} logs from their beginning`,
    needs: 'a question about one workload',
  }
}

/** A mind that still hands off when nothing more may be fetched ends with what the rules make of what is there. */
async function judgeByRules(state: State, update: Update, config: Config): Promise<Update> {
  const { findings, deps } = workOf(config)
  const brief = { may_ask_again: false }
  const byRules = { ...deps, mind_for: () => undefined }
  const result = await runAgent(logPatternAgent, { brief, results: state.results, findings }, byRules)
  const turns = (update.turns ?? 0) + result.turns
  return { ...update, turns, findings: result.kind === 'output' ? result.output.findings : [] }
}

/** The logs to fetch; undefined where the agent gave its output, may not ask again, or asks for nothing that can be read. */
function wantedBy(result: AgentResult<unknown>, mayAskAgain: boolean): LogRequest[] | undefined {
  if (result.kind === 'output' || !mayAskAgain) return undefined
  const wanted = Wanted.safeParse(result.request)
  return wanted.success && wanted.data.requests.length > 0 ? wanted.data.requests : undefined
}

function digest(name: string, result: AgentResult<unknown>): Update {
  const mind = result.kind === 'output' ? result.mind : 'rules'
  const said = result.kind === 'output' ? result.said : `hands off to ${result.to}: ${result.reason}`
  const { results, turns, tool_calls, gaps } = result
  return { results, turns, tool_calls, gaps, agents: [{ name, mind, said: said.slice(0, 300) }] }
}

function distinct(gaps: readonly Gap[]): Gap[] {
  return [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()]
}

function workOf(config: Config): Work {
  const work = config.context?.work
  if (!work) throw new Error('SRE_TEAMS_NO_CONTEXT: the log team was run without its context')
  return work
}
