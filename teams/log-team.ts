import { Annotation, Command, END, START, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph'
import { z } from 'zod'
import type { ToolOutcome } from '#agents/agent.ts'
import { firstLogRequests, lokiQueryAgent } from '#agents/log/loki-query-agent.ts'
import { logPatternAgent } from '#agents/log/log-pattern-agent.ts'
import { LogRequest } from '#agents/log/fetched-logs.ts'
import { logSummarizerAgent } from '#agents/log/log-summarizer-agent.ts'
import { silentContainers } from '#agents/log/silent-containers.ts'
import { type AgentDeps, type AgentResult, runAgent } from '#agents/run-agent.ts'
import type { LogTarget } from '#agents/select-log-targets.ts'
import type { Finding, FindingDraft } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'
import { memberOptions, type TeamOutcome, updateFrom, workOf } from './team.ts'

/*
 * A swarm: Query fetches, Summarizer reduces, Pattern judges; Summarizer and Pattern hand back to Query where what was fetched
 * cannot hold the answer, each a bounded number of times. Lines stay in the state of the team; findings leave it.
 */

/** What the leader asks of the team: containers that are not well, and a few that are. */
export interface LogTeamBrief {
  targets: readonly LogTarget[]
}

/** What the team answers. */
export interface LogTeamReport extends TeamOutcome {
  findings: FindingDraft[]
  gaps: Gap[]
}

interface Work {
  findings: Finding[]
  deps: AgentDeps
}

/** How often each member may send the team back to the source. */
const maxFetchesPerMember = 2
/** Whole logs that are read in one run, and the share of the time that is left which their reading may take. */
const maxWholeLogs = 4
const shareOfTime = 0.4
const maxWholeMs = 105_000
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
  .addNode('loki_query', query, memberOptions(lokiQueryAgent))
  .addNode('log_summarizer', summarize, {
    ...memberOptions(logSummarizerAgent),
    ends: ['loki_query', 'log_pattern'],
  })
  .addNode('log_pattern', match, { ...memberOptions(logPatternAgent), ends: ['loki_query', END] })
  .addEdge(START, 'loki_query')
  .addEdge('loki_query', 'log_summarizer')
  .compile({ checkpointer: false, name: 'log' })

/** The log team: containers in, findings and gaps out. */
export const logTeam = {
  name: 'log',
  description:
    'Reads the logs of unhealthy containers and of ready ones that keep reporting errors, reduces them and recognises what went wrong.',
  graph,
  async run({ targets }: LogTeamBrief, findings: Finding[], deps: AgentDeps): Promise<LogTeamReport> {
    const requests = firstLogRequests(targets, deps.view)
    if (requests.length === 0) return { findings: [], agents: [], gaps: [], turns: 0, tool_calls: 0 }
    const state = await graph.invoke({ requests }, { context: { work: { findings, deps } }, recursionLimit: 40 })
    const { agents, turns, tool_calls } = state
    const silent = silentContainers(state.results, [...findings, ...state.findings], deps.view)
    return { findings: state.findings, agents, gaps: distinct([...state.gaps, ...silent]), turns, tool_calls }
  },
}

async function query(state: State, config: Config): Promise<Update> {
  const { findings, deps } = workOf('log', config)
  const max_ms = Math.max(1000, Math.min(maxWholeMs, Math.floor((deps.left_ms ?? Infinity) * shareOfTime)))
  const brief = { requests: state.requests, max_ms }
  const result = await runAgent(lokiQueryAgent, { brief, results: state.results, findings }, deps)
  return { ...updateFrom(lokiQueryAgent.name, result), gaps: result.gaps }
}

async function summarize(
  state: State,
  config: Config,
): Promise<Command<unknown, Update, 'loki_query' | 'log_pattern'>> {
  const { findings, deps } = workOf('log', config)
  const brief = { may_ask_again: state.asked_by_summarizer < maxFetchesPerMember }
  const result = await runAgent(logSummarizerAgent, { brief, results: state.results, findings }, deps)
  const update = { ...updateFrom(logSummarizerAgent.name, result), gaps: result.gaps }
  const requests = wantedBy(result, brief.may_ask_again)
  if (!requests) return new Command({ goto: 'log_pattern', update })
  const unread = requests.filter(({ whole }) => whole).slice(maxWholeLogs)
  const wanted = requests.filter((request) => !unread.includes(request))
  const gaps = [...update.gaps, ...unread.map(notWhole)]
  return new Command({ goto: 'loki_query', update: { ...update, gaps, requests: wanted, asked_by_summarizer: 1 } })
}

async function match(state: State, config: Config): Promise<Command<unknown, Update, 'loki_query' | typeof END>> {
  const { findings, deps } = workOf('log', config)
  const brief = { may_ask_again: state.asked_by_pattern < maxFetchesPerMember }
  const result = await runAgent(logPatternAgent, { brief, results: state.results, findings }, deps)
  const update = { ...updateFrom(logPatternAgent.name, result), gaps: result.gaps }
  if (result.kind === 'output')
    return new Command({ goto: END, update: { ...update, findings: result.output.findings } })
  const requests = wantedBy(result, brief.may_ask_again)
  if (requests) return new Command({ goto: 'loki_query', update: { ...update, requests, asked_by_pattern: 1 } })
  return new Command({ goto: END, update: await judgeByRules(state, update, config) })
}

function notWhole({ namespace, pod, container, tail_lines }: LogRequest): Gap {
  return {
    what: `what container ${container} of pod ${pod} in namespace ${namespace} said before its newest ${tail_lines} lines`,
    why: `one run reads ${maxWholeLogs} logs from their beginning`,
    needs: 'a question about one workload',
  }
}

/** A mind that still hands off when nothing more may be fetched ends with what the rules make of what is there. */
async function judgeByRules(state: State, update: Update, config: Config): Promise<Update> {
  const { findings, deps } = workOf('log', config)
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

function distinct(gaps: readonly Gap[]): Gap[] {
  return [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()]
}
