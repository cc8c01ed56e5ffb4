import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import type { Answer } from './answer.ts'
import { namesResource } from './match-resource.ts'
import { isHealthy, type Verdict } from './scenario.ts'

/**
 * Why the roots are wrong, or undefined. Each fault takes a root of its own; a root beyond faults + 2 makes a shotgun.
 * Where nothing is wrong, an answer that says so names no root, or none but the resource that was asked about.
 */
export function rootFault(answer: Answer, verdict: Verdict): string | undefined {
  const roots = answer.root_causes.map((cause) => cause.resource)
  if (isHealthy(verdict)) return healthyRootFault(answer, roots, verdict)
  const faults = [verdict.resource, ...verdict.additional_faults.map((fault) => fault.resource)]
  if (roots.length > faults.length + 2) return `${roots.length} root causes for ${faults.length} fault(s)`
  const unclaimed = [...roots]
  for (const fault of faults) {
    const index = unclaimed.findIndex((root) => namesResource(root, fault))
    if (index === -1) return `${refKey(fault)} is no root; named: ${roots.map(refKey).join(', ') || 'none'}`
    unclaimed.splice(index, 1)
  }
  return undefined
}

function healthyRootFault(answer: Answer, roots: ResourceRef[], verdict: Verdict): string | undefined {
  if (answer.outcome !== 'healthy' && answer.outcome !== 'recovered') return `nothing is wrong, said ${answer.outcome}`
  const foreign = roots.find((root) => !namesResource(root, verdict.resource))
  return foreign && `nothing is wrong, blamed ${refKey(foreign)}`
}
