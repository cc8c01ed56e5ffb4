import type { RecommendedAction } from '#src/domain/action.ts'
import type { Decision, Outcome, RootCause } from '#src/domain/decision.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import type { Priority } from '#src/domain/severity.ts'
import { nameResource } from './name-resource.ts'
import { printable } from './printable.ts'

/*
 * What a sweep over many namespaces keeps of one decision: as much as its summary shows, so that hundreds of them stay small.
 */

export interface BriefCause {
  /** The same for the same fault, whichever namespace was asked. */
  key: string
  resource: string
  mechanism: string
  statement: string
}

export interface BriefAction {
  /** The same for the same change. */
  key: string
  kind: string
  target: string
  reason: string
  /** `container = app, name = CART_URL` */
  params: string
  /** `value: Which address has the cart?` */
  needs: string[]
  /** Why the guard denies it; absent where it does not. */
  denied?: string
}

/** A namespace in a summary. */
export interface NamespaceBrief {
  namespace: string
  outcome: Outcome
  severity: Priority
  summary: string
  causes: BriefCause[]
  actions: BriefAction[]
  /** What could not be seen. */
  missing: string[]
}

const most = { causes: 8, actions: 4, missing: 3, characters: 300 }

function clip(text: string): string {
  const line = printable(text)
  return line.length > most.characters ? `${line.slice(0, most.characters - 1)}…` : line
}

function briefCause({ resource, mechanism, statement }: RootCause): BriefCause {
  return {
    key: `${refKey(resource)} ${mechanism}`,
    resource: nameResource(resource),
    mechanism,
    statement: clip(statement),
  }
}

function briefAction({ kind, target, reason, params, needs, guard }: RecommendedAction): BriefAction {
  const values = Object.entries(params).filter(([, value]) => value !== undefined)
  const told = values.map(([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return {
    key: `${kind} ${refKey(target)}`,
    kind,
    target: nameResource(target),
    reason: clip(reason),
    params: clip(told.join(', ')),
    needs: needs.map(({ param, ask }) => clip(`${param}: ${ask}`)),
    ...(guard.verdict === 'deny' && { denied: clip(guard.reasons.join('; ')) }),
  }
}

/** The brief of an answered namespace. */
export function briefOf(namespace: string, decision: Decision): NamespaceBrief {
  const gaps = decision.gaps.map(({ what, why, needs }) => clip(`${what}: ${why}; needs ${needs}`))
  return {
    namespace: printable(namespace),
    outcome: decision.outcome,
    severity: decision.classification.severity,
    summary: clip(decision.summary),
    causes: decision.root_causes.slice(0, most.causes).map(briefCause),
    actions: decision.recommended_actions.slice(0, most.actions).map(briefAction),
    missing: gaps.slice(0, most.missing),
  }
}

/** The brief of a namespace that gave no answer: unknown, and why. */
export function briefOfFailure(namespace: string, why: string): NamespaceBrief {
  const summary = clip(`no answer: ${why}`)
  const nothing = { causes: [], actions: [], missing: [summary] }
  return { namespace: printable(namespace), outcome: 'unknown', severity: 'P5', summary, ...nothing }
}
