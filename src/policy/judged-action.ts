import type { Risk } from '#src/domain/action.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** What the guard has to know of an action. */
export interface JudgedAction {
  kind: string
  target: ResourceRef
  params: Record<string, unknown>
  risk: Risk
  reversible: boolean
  needs: readonly { param: string }[]
  /** Does a Service send to the target; undefined where it is not known, which counts as yes. */
  service_backed?: boolean
}
