import { Annotation, Command, END, START, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph'
import { z } from 'zod'
import type { ToolOutcome } from '#agents/agent.ts'
import { anomalyDetectorAgent } from '#agents/metric/anomaly-detector-agent.ts'
import { type Levels, metricAnalyzerAgent } from '#agents/metric/metric-analyzer-agent.ts'
import { prometheusQueryAgent } from '#agents/metric/prometheus-query-agent.ts'
import { type AgentDeps, type AgentResult, runAgent } from '#agents/run-agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import type { TeamReport } from '#src/domain/decision.ts'
import type { Finding } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'

/*
 * Query -> Analyzer -> Anomaly Detector, in sequence; the Analyzer hands back once where a series is missing, for a longer time.
 * Measurements stay in the state of the team; what leaves it are statements.
 */

/** What the team answers. */
export interface MetricTeamReport {
  /** What measurements say about the workloads in question, with the facts to cite. */
  levels: Levels['levels']
  agents: TeamReport['agents']
  gaps: Gap[]
  turns: number
  tool_calls: number
}

interface Work {
  questions: readonly MetricQuestion[]
  findings: Finding[]
  deps: AgentDeps
}

const firstWindowMinutes = 60
const Wider = z.object({ window_minutes: z.number().int() })

const sum = { reducer: (left: number, right: number) => left + right, default: () => 0 }
const State = Annotation.Root({
  window_minutes: Annotation<number>({ reducer: (_, next) => next, default: () => firstWindowMinutes }),
  asked: Annotation<number>(sum),
  results: Annotation<ToolOutcome[]>({ reducer: (_, next) => next, default: () => [] }),
  levels: Annotation<Levels['levels']>({ reducer: (_, next) => next, default: () => [] }),
  agents: Annotation<TeamReport['agents']>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
  gaps: Annotation<Gap[]>({ reducer: (_, next) => next, default: () => [] }),
  turns: Annotation<number>(sum),
  tool_calls: Annotation<number>(sum),
})
type State = typeof State.State
type Update = Partial<State>
const Context = Annotation.Root({ work: Annotation<Work>() })
type Config = LangGraphRunnableConfig<typeof Context.State>

const graph = new StateGraph(State, Context)
  .addNode('query', query)
  .addNode('analyze', analyze, { ends: ['query', 'detect'] })
  .addNode('detect', detect)
  .addEdge(START, 'query')
  .addEdge('query', 'analyze')
  .addEdge('detect', END)
  .compile({ checkpointer: false })

/** The metric team: questions in, facts to cite and gaps out. */
export const metricTeam = {
  name: 'metric',
  description: 'Measures the workloads in question, holds them against their limits and finds when something changed.',
  members: [prometheusQueryAgent, metricAnalyzerAgent, anomalyDetectorAgent],
  async run(questions: readonly MetricQuestion[], findings: Finding[], deps: AgentDeps): Promise<MetricTeamReport> {
    const state = await graph.invoke({}, { context: { work: { questions, findings, deps } }, recursionLimit: 20 })
    const { levels, agents, gaps, turns, tool_calls } = state
    return { levels, agents, gaps, turns, tool_calls }
  },
}

async function query(state: State, config: Config): Promise<Update> {
  const { questions, findings, deps } = workOf(config)
  const brief = { questions, window_minutes: state.window_minutes }
  const result = await runAgent(prometheusQueryAgent, { brief, results: state.results, findings }, deps)
  return { ...digest(prometheusQueryAgent.name, result), asked: 1, gaps: result.gaps }
}

async function analyze(state: State, config: Config): Promise<Command<unknown, Update, 'query' | 'detect'>> {
  const { questions, findings, deps } = workOf(config)
  const brief = { questions, may_ask_again: state.asked < 2 }
  const result = await runAgent(metricAnalyzerAgent, { brief, results: state.results, findings }, deps)
  const update = digest(metricAnalyzerAgent.name, result)
  if (result.kind === 'output') {
    return new Command({ goto: 'detect', update: { ...update, levels: result.output.levels } })
  }
  if (!brief.may_ask_again) return new Command({ goto: 'detect', update })
  const { window_minutes } = Wider.parse(result.request)
  return new Command({ goto: 'query', update: { ...update, window_minutes } })
}

async function detect(state: State, config: Config): Promise<Update> {
  const { questions, findings, deps } = workOf(config)
  const result = await runAgent(anomalyDetectorAgent, { brief: { questions }, results: state.results, findings }, deps)
  return digest(anomalyDetectorAgent.name, result)
}

function digest(name: string, result: AgentResult<unknown>): Update {
  const mind = result.kind === 'output' ? result.mind : 'rules'
  const said = result.kind === 'output' ? result.said : `hands off to ${result.to}: ${result.reason}`
  const { results, turns, tool_calls } = result
  return { results, turns, tool_calls, agents: [{ name, mind, said: said.slice(0, 300) }] }
}

function workOf(config: Config): Work {
  const work = config.context?.work
  if (!work) throw new Error('SRE_TEAMS_NO_CONTEXT: the metric team was run without its context')
  return work
}
