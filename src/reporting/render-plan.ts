import type { ActionKind, GuardVerdict, RecommendedAction, WhatIf } from '#src/domain/action.ts'
import type { PlannedAction } from '#src/domain/action.ts'
import { nameResource, printable } from './printable.ts'
import { renderJson } from './render-json.ts'
import { createPage, type Page, type TextOptions } from './text-page.ts'

/* How an action reads: in the report of a decision, in an approval and in an execution. */

/** When it is, and how a command line is written that calls the same service. */
export interface ChangeView {
  /** Epoch milliseconds. */
  now: number
  commandLine: (words: readonly string[]) => string
}

/** What each kind of action does, before the name of its target. */
const verbs: Record<ActionKind, string> = {
  rollback: 'roll back',
  restart_rollout: 'restart the pods of',
  resume_rollout: 'resume the rollout of',
  scale: 'scale',
  set_env: 'set an environment variable of',
  set_image: 'set the image of',
  set_command: 'set the command of',
  patch_resources: 'change the resources of',
  patch_probe: 'change a probe of',
  patch_service: 'change',
  patch_scheduling: 'change the scheduling of',
  patch_configmap: 'change',
  patch_hpa: 'change',
  delete_pod: 'delete',
  recreate_job: 'run again',
  suspend_cronjob: 'suspend',
  unsuspend_cronjob: 'resume',
  cordon: 'take no new pods on',
  uncordon: 'take new pods again on',
  scale_service: 'scale',
  ops_call: 'call an operation for',
  open_pull_request: 'open a pull request for',
  escalate: 'ask the owner of',
  custom_instruction: 'follow the instruction for',
}

/** What an action does, in a few words: `roll back Deployment/cart in shop`. */
export function nameOfPlan({ kind, target }: Pick<PlannedAction, 'kind' | 'target'>): string {
  return `${verbs[kind]} ${nameResource(target)}`
}

/** As `nameOfPlan`, as a title with the kind that the API uses. */
export function titleOfPlan(plan: Pick<PlannedAction, 'kind' | 'target'>): string {
  const name = nameOfPlan(plan)
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} (${plan.kind})`
}

export function describeRisk({ risk, reversible }: Pick<RecommendedAction, 'risk' | 'reversible'>): string {
  return `${risk.charAt(0).toUpperCase()}${risk.slice(1)} risk, ${reversible ? 'can be undone' : 'cannot be undone'}.`
}

/** Where only the values that are asked for are missing, they decide, and the rule's own words would repeat that. */
export function describeWhatIf({ would_resolve, because }: WhatIf, needs: readonly { param: string }[]): string {
  const missing = needs.map(({ param }) => `\`${param}\``).join(', ')
  if (would_resolve === 'unknown' && missing !== '')
    return `Would fix the cause: unknown until ${missing} ${needs.length > 1 ? 'are' : 'is'} given.`
  return printable(`Would fix the cause: ${would_resolve} (${because}).`)
}

const verdictWords: Record<GuardVerdict['verdict'], string> = {
  allow: 'allowed',
  needs_approval: 'needs an approval',
  deny: 'denied',
}

/** Whether the guard lets the action through, with its reasons. */
export function describeGuard({ verdict, reasons }: GuardVerdict): string {
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`
  return printable(`Safety check: ${verdictWords[verdict]}${why}.`)
}

/**
 * Adds the whole of a plan that a person answers for. Parameters are JSON on a line of their own, so that blanks and characters that
 * cannot be seen are kept, and a number is not taken for a text.
 */
export function putPlan(page: Page, plan: PlannedAction): void {
  const { params, needs, reason, what_if, guard } = plan
  page.put(titleOfPlan(plan), '  ', 'bold')
  const given = Object.entries(params).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) page.lines.push(`    ${printable(name)} = ${renderJson(value, 0).trimEnd()}`)
  if (given.length === 0) page.put('no parameters', '    ', 'dim')
  for (const { param, ask } of needs) page.put(printable(`${param} must be given: ${ask}`), '    ', 'yellow')
  page.put(printable(reason), '  ')
  page.put(describeRisk(plan), '  ')
  page.put(describeWhatIf(what_if, []), '  ')
  page.put(describeGuard({ ...guard, reasons: [] }), '  ')
  for (const why of guard.reasons) page.put(printable(why), '    - ')
}

/** A plan alone, with its hash. */
export function renderPlan(plan: PlannedAction, hash: string, options: TextOptions): string {
  const page = createPage(options)
  putPlan(page, plan)
  page.lines.push(`  plan hash ${printable(hash)}`)
  return `${page.lines.join('\n')}\n`
}
