import { z } from 'zod'
import type { Finding } from '#src/domain/finding.ts'
import type { Agent, MindContext, EvidenceReader } from '#agents/agent.ts'
import { actionKey } from './action-key.ts'
import { whatIf } from '#src/causes/what-if.ts'
import { humanKinds, ProposedAction, type Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { vocabulary } from '#agents/vocabulary.ts'
import { sameRef } from '#src/domain/resource-ref.ts'

/** The roots, weightiest first, and what Guard has refused so far. */
export interface RecommendationBrief {
  roots: readonly string[]
  denied: readonly { key: string; reasons: readonly string[] }[]
}

const maxActions = 5

/** Weightiest first; what could be done about later ones would never be shown. */
const maxRoots = 10

const Recommendations = z.object({ actions: z.array(ProposedAction).max(maxActions) })

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

/** Faults that came with a revision and go with it. */
const templateFaults: ReadonlySet<string> = new Set(['application', 'config', 'image', 'probe'])

function recommend(context: MindContext<RecommendationBrief>): { output: Recommendations; said: string } {
  const denied = new Map(context.brief.denied.map((entry) => [entry.key, entry.reasons]))
  const byId = new Map(context.findings.map((finding) => [finding.id, finding]))
  const lanes = context.brief.roots
    .slice(0, maxRoots)
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
  const actions = unique(inTurns(lanes)).slice(0, maxActions)
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

/**
 * What could be done about one root, best first: its own remedies in their order, then what the consequences on the same workload
 * suggest (a rollback, say). What the snapshot proves useless is left out. Where the pod template itself is at fault, a rollback to a
 * revision that still serves goes before a change that waits for an answer from a person.
 */
export function collectRemedies(
  root: Finding,
  findings: readonly Finding[],
  view: ClusterView,
  evidence: EvidenceReader,
): ProposedAction[] {
  const own = root.remedies.map((remedy) => proposedAction(remedy, root, view, evidence))
  const consequences = findings.filter((finding) => finding.id !== root.id && sameRef(finding.resource, root.resource))
  const others = consequences.flatMap((finding) =>
    finding.remedies
      .filter((remedy) => !humanKinds.has(remedy.kind))
      .map((remedy) => proposedAction(remedy, finding, view, evidence)),
  )
  const all = [...own, ...others]
  const useful = all.filter((action) => action.what_if.would_resolve !== 'no')
  const ordered = useful.length > 0 ? useful : all
  const proven = ordered.find((action) => action.kind === 'rollback' && action.what_if.would_resolve === 'yes')
  const inTemplate = templateFaults.has(vocabulary.entries[root.mechanism].category)
  return proven && inTemplate && waitsForPerson(ordered[0])
    ? [proven, ...ordered.filter((action) => action !== proven)]
    : ordered
}

function waitsForPerson(action: ProposedAction | undefined): boolean {
  return action !== undefined && (action.needs.length > 0 || humanKinds.has(action.kind))
}

function proposedAction(remedy: Remedy, finding: Finding, view: ClusterView, evidence: EvidenceReader): ProposedAction {
  return {
    finding: finding.id,
    kind: remedy.kind,
    target: remedy.target,
    params: remedy.params,
    params_from: deriveParamsFrom(remedy.params, finding, evidence),
    needs: remedy.needs ?? [],
    reason: remedy.reason,
    risk: remedy.risk,
    reversible: remedy.reversible,
    what_if: remedy.what_if ?? whatIf(remedy, view),
  }
}

/** For each parameter the evidence that names its value, or the finding's first where none does so word for word. */
export function deriveParamsFrom(
  params: Record<string, unknown>,
  finding: Pick<Finding, 'evidence'>,
  evidence: EvidenceReader,
): Record<string, string> {
  const facts = finding.evidence.map((id) => ({ id, statement: evidence.get(id)?.statement ?? '' }))
  const fallback = facts[0]?.id
  if (fallback === undefined) return {}
  const entries = Object.entries(params).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const words = leaves(value)
      return [name, facts.find((fact) => words.some((word) => fact.statement.includes(word)))?.id ?? fallback]
    }),
  )
}

function leaves(value: unknown): string[] {
  if (value === null || value === undefined) return []
  if (typeof value === 'object') return Object.values(value).flatMap(leaves)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 1 ? [text] : []
}
