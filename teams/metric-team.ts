import { Annotation, Command, END, START, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph'
import { z } from 'zod'
import type { ToolOutcome } from '#agents/agent.ts'
import { anomalyDetectorAgent } from '#agents/metric/anomaly-detector-agent.ts'
import { type Levels, metricAnalyzerAgent } from '#agents/metric/metric-analyzer-agent.ts'
import { prometheusQueryAgent } from '#agents/metric/prometheus-query-agent.ts'
import { type AgentDeps, runAgent } from '#agents/run-agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import type { Finding } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'
import { memberOptions, type TeamOutcome, updateFrom, workOf } from './team.ts'

/*
 * Query -> Analyzer -> Anomaly Detector, in sequence; the Analyzer hands back once where a series is missing, for a longer time.
 * Measurements stay in the state of the team; what leaves it are statements.
 */

/** What the team answers. */
export interface MetricTeamReport extends TeamOutcome {
  /** What measurements say about the workloads in question, with the facts to cite. */
  levels: Levels['levels']
  gaps: Gap[]
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
  agents: Annotation<TeamOutcome['agents']>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
  gaps: Annotation<Gap[]>({ reducer: (_, next) => next, default: () => [] }),
  turns: Annotation<number>(sum),
  tool_calls: Annotation<number>(sum),
})
type State = typeof State.State
type Update = Partial<State>
const Context = Annotation.Root({ work: Annotation<Work>() })
type Config = LangGraphRunnableConfig<typeof Context.State>

const graph = new StateGraph(State, Context)
  .addNode('prometheus_query', query, memberOptions(prometheusQueryAgent))
  .addNode('metric_analyzer', analyze, {
    ...memberOptions(metricAnalyzerAgent),
    ends: ['prometheus_query', 'anomaly_detector'],
  })
  .addNode('anomaly_detector', detect, memberOptions(anomalyDetectorAgent))
  .addEdge(START, 'prometheus_query')
  .addEdge('prometheus_query', 'metric_analyzer')
  .addEdge('anomaly_detector', END)
  .compile({ checkpointer: false, name: 'metric' })

/** The metric team: questions in, facts to cite and gaps out. */
export const metricTeam = {
  name: 'metric',
  description: 'Measures the workloads in question, compares them with their limits and finds when something changed.',
  graph,
  async run(questions: readonly MetricQuestion[], findings: Finding[], deps: AgentDeps): Promise<MetricTeamReport> {
    const state = await graph.invoke({}, { context: { work: { questions, findings, deps } }, recursionLimit: 20 })
    const { levels, agents, gaps, turns, tool_calls } = state
    return { levels, agents, gaps, turns, tool_calls }
  },
}

async function query(state: State, config: Config): Promise<Update> {
  const { questions, findings, deps } = workOf('metric', config)
  const brief = { questions, window_minutes: state.window_minutes }
  const result = await runAgent(prometheusQueryAgent, { brief, results: state.results, findings }, deps)
  return { ...updateFrom(prometheusQueryAgent.name, result), asked: 1, gaps: result.gaps }
}

async function analyze(
  state: State,
  config: Config,
): Promise<Command<unknown, Update, 'prometheus_query' | 'anomaly_detector'>> {
  const { questions, findings, deps } = workOf('metric', config)
  const brief = { questions, may_ask_again: state.asked < 2 }
  const result = await runAgent(metricAnalyzerAgent, { brief, results: state.results, findings }, deps)
  const update: Update = updateFrom(metricAnalyzerAgent.name, result)
  if (result.kind === 'output') {
    return new Command({ goto: 'anomaly_detector', update: { ...update, levels: result.output.levels } })
  }
  if (!brief.may_ask_again) return new Command({ goto: 'anomaly_detector', update })
  const { window_minutes } = Wider.parse(result.request)
  return new Command({ goto: 'prometheus_query', update: { ...update, window_minutes } })
}

async function detect(state: State, config: Config): Promise<Update> {
  const { questions, findings, deps } = workOf('metric', config)
  const result = await runAgent(anomalyDetectorAgent, { brief: { questions }, results: state.results, findings }, deps)
  return updateFrom(anomalyDetectorAgent.name, result)
}
