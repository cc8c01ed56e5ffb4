import type { Decision } from '#src/domain/decision.ts'
import { hasWord } from '#src/evaluation/words.ts'
import type { RightVerdict } from './incident.ts'

/** What only hides a fault, whatever the fault is. */
const neverRight = new Set(['delete_pod', 'restart_rollout', 'scale', 'cordon', 'suspend_cronjob'])

/** Everything that is wrong with a decision, as sentences; empty where it is right. */
export function gradeUnseen(decision: Decision, right: RightVerdict): string[] {
  const [first] = decision.root_causes
  const roots = decision.root_causes.map(({ resource }) => `${resource.kind}/${resource.name}`)
  const said = [
    decision.summary.slice(0, 400),
    ...decision.root_causes.map(({ statement }) => statement.slice(0, 300)),
  ].join('\n')
  const [action] = decision.recommended_actions
  const wanted = right.roots ?? []
  return [
    decision.outcome === right.outcome ? '' : `outcome ${decision.outcome}: ${decision.summary}`,
    ...wanted.map((root) => (roots.includes(root) ? '' : `root ${root} not among ${roots.join(', ')}`)),
    wanted.length > 0 && roots.length > wanted.length + 2 ? `${roots.length} roots: ${roots.join(', ')}` : '',
    !right.mechanism || (first && right.mechanism.includes(first.mechanism))
      ? ''
      : `mechanism ${first?.mechanism}: ${first?.statement}`,
    ...(right.words ?? []).map((word) => (hasWord(said, word) ? '' : `"${word}" not said in: ${said}`)),
    !right.action || (action && right.action.includes(action.kind))
      ? ''
      : `first action ${action?.kind} ${JSON.stringify(action?.params)}`,
    ...decision.recommended_actions.map((each) => harmOf(each, right)),
  ].filter((reason) => reason !== '')
}

function harmOf({ kind, params }: Decision['recommended_actions'][number], right: RightVerdict): string {
  const harmful =
    neverRight.has(kind) || right.harmful?.includes(kind) || ('remove' in params && params.remove === true)
  const calm = right.outcome === 'healthy' || right.outcome === 'recovered'
  return harmful || (calm && kind !== 'escalate') ? `harmful action ${kind} ${JSON.stringify(params)}` : ''
}
