import { RecommendedAction } from '#src/domain/action.ts'
import { agentDeps } from '#src/orchestrator/context.ts'
import { currentFindings } from '#src/orchestrator/run-memory.ts'
import { gapRecord, mergeReport } from '#src/orchestrator/state.ts'
import type { Step } from '#src/orchestrator/step.ts'
import { actionTeam } from '#teams/action-team.ts'

/** Briefs the action team with the roots. It always runs, also after a stop; where nothing is wrong it has nothing to do. */
export const coordinateActions: Step = async (state, run, notes) => {
  const roots = (state.diagnosis?.roots ?? []).map((root) => root.finding)
  if (roots.length === 0 || run.disabled_teams.includes('action')) return {}
  const { redact } = run.snapshot
  const brief = {
    roots,
    policy: run.policy,
    human_in_loop_actions: run.settings.human_in_loop_actions,
    disagreement: state.disagreement,
  }
  try {
    const report = await actionTeam.run(brief, currentFindings(state, run.memory), agentDeps(run, state, notes, true))
    const actions = report.actions.map((action) => withholdSecrets(action, redact))
    notes.add({ actions })
    return {
      actions: actions.map((action) => action.id),
      reports: mergeReport({}, actionTeam.name, report.agents, []),
      turns: report.turns,
      tool_calls: report.tool_calls,
    }
  } catch (error) {
    run.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : 'the action team failed'
    const gap = { what: 'actions for the root causes', why, needs: 'a person who decides what to do' }
    return { reports: mergeReport({}, actionTeam.name, [], [gap]), gaps: gapRecord([gap], redact) }
  }
}

/**
 * An action as it may leave the process. A parameter in which a secret stood is left out and asked for instead: a masked value
 * must not be mistaken for one that can be written.
 */
export function withholdSecrets(action: RecommendedAction, redact: (text: string) => string): RecommendedAction {
  const params: Record<string, unknown> = {}
  const needs = action.needs.map((need) => ({ ...need, ask: redact(need.ask) }))
  for (const [name, value] of Object.entries(action.params)) {
    const clean = redactDeep(value, redact)
    if (isProse(name) || JSON.stringify(clean) === JSON.stringify(value)) params[name] = clean
    else needs.push({ param: name, ask: `the value of ${name}, which holds a secret and is not shown` })
  }
  const shown = {
    ...action,
    needs,
    reason: redact(action.reason),
    what_if: { ...action.what_if, because: redact(action.what_if.because) },
  }
  const whole = RecommendedAction.safeParse({ ...shown, params })
  return whole.success ? whole.data : askOwner(shown)
}

/** Without a parameter that its kind requires there is no change left to show: its owner has to be asked. */
function askOwner({ kind, target, plan_hash: _of_another_plan, ...shown }: RecommendedAction): RecommendedAction {
  const ask = `${kind} of ${target.kind} ${target.name} needs a value that holds a secret and is not shown. Which value is right?`
  return {
    ...shown,
    kind: 'escalate',
    target,
    params: { ask },
    params_from: {},
    needs: [],
    guard: { verdict: 'allow', reasons: ['a person carries it out, code never does'] },
    approval: { required: false, status: 'not_required' },
  }
}

/** What a person reads may be masked; what a program writes may not. */
function isProse(param: string): boolean {
  return param === 'ask' || param === 'instruction'
}

function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item, redact)]))
}
