import { boundSignal, untilAborted } from '#src/domain/bound-signal.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Finding } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { ToolRegistry } from '#tools/registry.ts'
import type { Agent, EvidenceLedger, Mind, MindContext, MindStep, ToolCall, ToolOutcome } from './agent.ts'

/*
 * The one runner. Rules and models answer the same question, `next(context)`; here their calls are run, their facts kept, their
 * turns counted and their output checked. The rules always answer first; a model, where there is one, is then asked with the
 * rules' answer before it, and its error, silence or nonsense leaves the rules' answer standing, and is said.
 */

/** What an agent is asked: its brief, what colleagues of its team have fetched already, and the findings of the run so far. */
export interface AgentInput<Brief> {
  brief: Brief
  results: ToolOutcome[]
  findings: Finding[]
}

/** What the runner may use of the run. */
export interface AgentDeps {
  registry: ToolRegistry
  ledger: EvidenceLedger
  view: ClusterView
  signal: AbortSignal
  /** The model mind of an agent; absent or undefined: the rules alone. */
  mind_for?(agentName: string): Mind<unknown, unknown> | undefined
  /** Turns that one mind may take. */
  max_turns: number
  /** How long a model may take for one turn. */
  mind_timeout_ms?: number
  /** What is left of the investigation's time; absent: no bound. */
  left_ms?: number
}

interface Spent {
  results: ToolOutcome[]
  turns: number
  tool_calls: number
  gaps: Gap[]
}

/** How an agent ended. */
export type AgentResult<Output> =
  | (Spent & {
      kind: 'output'
      output: Output
      said: string
      /** `rules`, or the name of the model that gave the output. */
      mind: string
      /** The rules' own output, where a model gave another. */
      rules_output?: Output
    })
  | (Spent & { kind: 'handoff'; to: string; reason: string; request: unknown })

const maxParallelCalls = 4
const maxCallsPerTurn = 64
const defaultMindTimeoutMs = 30_000

/** Runs an agent to its output or its handoff. Throws only where the agent's own rules break its contract. */
export async function runAgent<Brief, Output>(
  agent: Agent<Brief, Output>,
  input: AgentInput<Brief>,
  deps: AgentDeps,
): Promise<AgentResult<Output>> {
  const spent: Spent = { results: [...input.results], turns: 0, tool_calls: 0, gaps: [] }
  const byRules = await converse(agent, agent.rules, input, deps, spent)
  if (byRules.kind === 'handoff') return { ...spent, ...byRules }
  const model = deps.mind_for?.(agent.name)
  if (!model) return { ...spent, ...byRules, mind: agent.rules.name }
  try {
    const mind = limited(model, deps)
    const answer = await converse(agent, mind, input, deps, spent, byRules.output)
    if (answer.kind === 'handoff') return { ...spent, ...answer }
    return { ...spent, ...answer, mind: model.name, rules_output: byRules.output }
  } catch (error) {
    const why = (error instanceof Error ? error.message : 'no reason given').slice(0, 120)
    return {
      ...spent,
      ...byRules,
      said: `${byRules.said} (${model.name} gave no usable answer: ${why})`,
      mind: agent.rules.name,
    }
  }
}

type Answer<Output> =
  | { kind: 'output'; output: Output; said: string }
  | { kind: 'handoff'; to: string; reason: string; request: unknown }

/** Asks one mind until it gives an output or hands off. */
async function converse<Brief, Output>(
  agent: Agent<Brief, Output>,
  mind: Mind<Brief, unknown>,
  input: AgentInput<Brief>,
  deps: AgentDeps,
  spent: Spent,
  rulesAnswer?: Output,
): Promise<Answer<Output>> {
  for (let turn = 1; turn <= deps.max_turns; turn++) {
    spent.turns++
    const context: MindContext<Brief> = {
      brief: input.brief,
      results: spent.results,
      evidence: deps.ledger,
      view: deps.view,
      findings: input.findings,
      turn,
      signal: deps.signal,
      ...(rulesAnswer === undefined ? {} : { rules_answer: rulesAnswer }),
    }
    const step = await mind.next(mind === agent.rules ? context : forModel(agent, context))
    if (step.kind === 'tool_calls') await runCalls(agent, step.calls, deps, spent)
    else return checked(agent, step)
  }
  throw new Error(`${agent.name} gave no answer within ${deps.max_turns} turns`)
}

/** A model is given an agent's digest in place of what the tools handed back. */
function forModel<Brief, Output>(agent: Agent<Brief, Output>, context: MindContext<Brief>): MindContext<Brief> {
  if (!agent.digest) return context
  const results = context.results.map(({ output: _output, ...outcome }) => outcome)
  return { ...context, results, digest: agent.digest(context) }
}

function checked<Brief, Output>(
  agent: Agent<Brief, Output>,
  step: Exclude<MindStep<unknown>, { kind: 'tool_calls' }>,
): Answer<Output> {
  if (step.kind === 'handoff') {
    if (!agent.handoffs.includes(step.to)) throw new Error(`${agent.name} may not hand off to ${step.to}`)
    return step
  }
  const output = agent.output.safeParse(step.output)
  if (output.success) return { kind: 'output', output: output.data, said: step.said.slice(0, 300) }
  const issue = output.error.issues[0]
  throw new Error(`the output of ${agent.name} does not fit: ${issue?.path.join('.')} ${issue?.message}`)
}

/** Runs the calls of one step, a few at a time; outcomes keep the order of the calls. */
async function runCalls(
  agent: { name: string; tools: readonly string[] },
  calls: ToolCall[],
  deps: AgentDeps,
  spent: Spent,
): Promise<void> {
  const outcomes: ToolOutcome[] = []
  const queue = calls.slice(0, maxCallsPerTurn).entries()
  const lane = async (): Promise<void> => {
    for (const [index, call] of queue) outcomes[index] = await runCall(agent, call, deps, spent)
  }
  await Promise.all(Array.from({ length: Math.min(maxParallelCalls, calls.length) }, lane))
  if (calls.length > maxCallsPerTurn) spent.gaps.push(unread(agent.name, calls.length - maxCallsPerTurn))
  spent.results.push(...outcomes)
}

async function runCall(
  agent: { name: string; tools: readonly string[] },
  call: ToolCall,
  deps: AgentDeps,
  spent: Spent,
): Promise<ToolOutcome> {
  if (!agent.tools.includes(call.tool)) {
    const gap: Gap = {
      what: `the call of ${call.tool}`,
      why: `${agent.name} has no such tool`,
      needs: agent.tools.join(', ') || 'no tool',
    }
    return { call, evidence: [], gaps: [gap] }
  }
  spent.tool_calls++
  const answer = await deps.registry.call(call.tool, call.input, deps.signal)
  if (answer.status === 'refused') return { call, evidence: [], gaps: [answer.gap] }
  if (answer.status === 'proposed') return { call, output: { proposal: answer.proposal }, evidence: [], gaps: [] }
  const gaps = answer.status === 'done' ? answer.gaps : [answer.gap]
  spent.gaps.push(...gaps)
  if (answer.status === 'failed') return { call, evidence: [], gaps }
  return { call, output: answer.output, evidence: answer.evidence.map((draft) => deps.ledger.record(draft)), gaps }
}

function unread(agent: string, count: number): Gap {
  return {
    what: `${count} more calls of ${agent}`,
    why: `a turn may make ${maxCallsPerTurn}`,
    needs: 'a narrower question',
  }
}

/** A model may neither take longer than its time nor outlive the run. */
function limited<Brief>(mind: Mind<unknown, unknown>, deps: AgentDeps): Mind<Brief, unknown> {
  const timeoutMs = deps.mind_timeout_ms ?? defaultMindTimeoutMs
  return {
    name: mind.name,
    async next(context) {
      using bound = boundSignal(context.signal, { ms: timeoutMs })
      const { signal } = bound
      signal.throwIfAborted()
      return await untilAborted(Promise.resolve(mind.next({ ...context, signal })), signal)
    },
  }
}
