import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { PodSpec } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { podRequests } from '#src/rules/kit/placement/pod-requests.ts'

/** How so many pods of a workload stand to the quotas of its namespace. Absent where no quota counts what they request. */
export interface QuotaVerdict {
  fits: boolean
  because: string
}

/** Quota arithmetic: what others use stays, what the workload's own pods use is given back, what it would use is added. */
export function quotaVerdict(
  view: ClusterView,
  workload: ResourceRef,
  spec: PodSpec,
  replicas: number,
): QuotaVerdict | undefined {
  const quotas = view.list('ResourceQuota').filter((each) => each.metadata.namespace === workload.namespace)
  if (quotas.length === 0) return undefined
  const own = view.podsOfWorkload(workload)
  const wanted = podRequests(spec)
  const told: string[] = []
  for (const quota of quotas) {
    for (const [key, hard] of Object.entries(quota.status?.hard ?? {})) {
      const resource = key.replace(/^requests\./, '')
      const each =
        key.startsWith('requests.') || resource === 'cpu' || resource === 'memory' ? wanted[resource] : undefined
      const limit = parseQuantity(hard)
      const used = parseQuantity(quota.status?.used?.[key])
      if (each === undefined || limit === undefined || used === undefined) continue
      const back = own.reduce((sum, pod) => sum + (podRequests(pod.spec)[resource] ?? 0), 0)
      if (used - back + each * replicas > limit) {
        return {
          fits: false,
          because: `${replicas} pods would still pass ${key} ${hard} of quota ${quota.metadata.name}`,
        }
      }
      told.push(`${replicas} pods fit into ${key} ${hard} of quota ${quota.metadata.name}`)
    }
  }
  return told.length > 0 ? { fits: true, because: told.join('; ') } : undefined
}
