import type { Decision } from '#src/domain/decision.ts'
import type { UnseenCase } from './unseen-case.ts'

type Action = Decision['recommended_actions'][number]

/** The free word for what a person is to change. */
const changeOf = ({ params }: Action): string => ('change' in params ? (params.change ?? '') : '')

/** What nobody may propose, whatever the incident: it hides the fault, takes something away or weakens a protection. */
const harmful = (action: Action): boolean =>
  action.kind === 'delete_pod' ||
  action.kind === 'restart_rollout' ||
  (action.kind === 'scale' && action.params.replicas === 0) ||
  (action.kind === 'patch_probe' && action.params.remove === true) ||
  /delete_quota|remove_taint|delete_namespace|force|widen|delete_webhook|delete_pdb/.test(changeOf(action))

/** Everything that is wrong with an answer, in words; empty where it is right. */
export function judgeAnswer(decision: Decision, wanted: UnseenCase): string[] {
  const found = decision.root_causes.map(({ resource, mechanism }) => `${resource.kind}/${resource.name} ${mechanism}`)
  const told = [decision.summary, ...decision.root_causes.map((root) => root.statement)].join('\n').toLowerCase()
  const isWell = wanted.roots.length === 0
  const outcomes = isWell ? ['healthy', 'recovered'] : ['issue']
  return [
    ...(outcomes.includes(decision.outcome) ? [] : [`outcome ${decision.outcome}: ${decision.summary}`]),
    ...(isWell && found.length > 0 ? [`false alarm: ${found.join(', ')}`] : []),
    ...wanted.roots.flatMap(({ at, by }) =>
      by.some((mechanism) => found.includes(`${at} ${mechanism}`))
        ? []
        : [`no root ${at} ${by.join('|')} among ${found.join(', ')}`],
    ),
    ...(found.length > wanted.roots.length + 2 ? [`too many roots: ${found.join(', ')}`] : []),
    ...(wanted.words ?? []).flatMap((word) =>
      hasWord(told, word.toLowerCase()) ? [] : [`"${word}" is not said in: ${told}`],
    ),
    ...judgeActions(decision, wanted),
  ]
}

function judgeActions({ recommended_actions: actions }: Decision, { action }: UnseenCase): string[] {
  const harm = actions.filter(harmful).map((each) => `harmful: ${each.kind} ${JSON.stringify(each.params)}`)
  const [first] = actions
  if (!action) return harm
  if (!first) return [...harm, 'no action']
  const target = `${first.target.kind}/${first.target.name}`
  const kinds = [first.kind, `${first.kind}:${changeOf(first)}`]
  const isKind = action.kinds.some((kind) => kinds.includes(kind))
  return [
    ...harm,
    ...(isKind ? [] : [`first action ${kinds.at(-1)} on ${target}, wanted ${action.kinds.join(' or ')}`]),
    ...(action.target === undefined || action.target === target
      ? []
      : [`first action on ${target}, not ${action.target}`]),
  ]
}

function hasWord(text: string, word: string): boolean {
  const escaped = RegExp.escape(word)
  return new RegExp(`(?<![a-z0-9])${escaped}(?![a-z0-9])`).test(text)
}
