import { z } from 'zod'
import type { Finding } from '#src/domain/finding.ts'
import type { Agent, MindContext } from '#agents/agent.ts'
import { actionKey } from './action-key.ts'
import { collectRemedies } from './collect-remedies.ts'
import { ProposedAction } from '#src/domain/action.ts'

/** The roots, weightiest first, and what Guard has refused so far. */
export interface RecommendationBrief {
  roots: readonly string[]
  denied: readonly { key: string; reasons: readonly string[] }[]
}

const mostActions = 5
/** Weightiest first; what could be done about later ones would never be shown. */
const mostRoots = 10
const Recommendations = z.object({ actions: z.array(ProposedAction).max(mostActions) })

/** Output of the agent: the first action is the one to take. */
export type Recommendations = z.infer<typeof Recommendations>

/**
 * Turns roots into actions: the first remedy of the first root first, then the first remedies of the other roots, then what
 * else is left. A root for which nothing is left is escalated, so that no root goes without an action.
 */
export const recommendationAgent: Agent<RecommendationBrief, Recommendations> = {
  name: 'recommendation',
  description: 'Picks the smallest safe change for each root cause, and asks people where code cannot help.',
  tools: [],
  handoffs: [],
  output: Recommendations,
  rules: { name: 'rules', next: (context) => ({ kind: 'output', ...recommend(context) }) },
}

function recommend(context: MindContext<RecommendationBrief>): { output: Recommendations; said: string } {
  const denied = new Map(context.brief.denied.map((entry) => [entry.key, entry.reasons]))
  const byId = new Map(context.findings.map((finding) => [finding.id, finding]))
  const lanes = context.brief.roots
    .slice(0, mostRoots)
    .map((id) => byId.get(id))
    .filter((root) => root !== undefined)
    .map((root) => {
      const all = collectRemedies(root, context.findings, context.view, context.evidence)
      const left = all.filter((action) => !denied.has(actionKey(action)))
      return left.length > 0
        ? left
        : [
            escalation(
              root,
              all.flatMap((action) => denied.get(actionKey(action)) ?? []),
            ),
          ]
    })
  const actions = unique(inTurns(lanes)).slice(0, mostActions)
  const first = actions[0]
  const said = first
    ? `${actions.length} to choose from, first ${first.kind} of ${first.target.kind} ${first.target.name}.`
    : 'Nothing has to be done.'
  return { output: { actions }, said }
}

/** First of each lane, then second of each lane, and so on. */
function inTurns<T>(lanes: T[][]): T[] {
  const longest = Math.max(0, ...lanes.map((lane) => lane.length))
  return Array.from({ length: longest }, (_, round) => lanes.flatMap((lane) => lane.slice(round, round + 1))).flat()
}

function unique(actions: ProposedAction[]): ProposedAction[] {
  const seen = new Set<string>()
  return actions.filter((action) => {
    const key = actionKey(action)
    return !seen.has(key) && seen.add(key)
  })
}

function escalation(root: Finding, refusals: readonly string[]): ProposedAction {
  const because =
    refusals.length > 0 ? `Guard refused what rules suggest: ${refusals[0]}` : 'No safe change is known for this cause'
  return {
    finding: root.id,
    kind: 'escalate',
    target: root.resource,
    params: { ask: root.statement },
    params_from: root.evidence[0] ? { ask: root.evidence[0] } : {},
    needs: [],
    reason: because,
    risk: 'low',
    reversible: true,
    what_if: { would_resolve: 'unknown', because: 'a person carries it out' },
  }
}
